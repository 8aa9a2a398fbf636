/** Files that only their user can have written: a line of JSON with a seal, and a body. */

import { createHmac } from "node:crypto";

/** Maximum bytes of the first line. */
export const HEADER_BYTES = 1024;

/** A file with a header and a body, sealed with a secret. */
export function sealedFile(header: object, body: Uint8Array, secret: Uint8Array): Uint8Array {
  const sealed = { ...header, seal: sealOf(header, body, secret) };
  const line = new TextEncoder().encode(`${JSON.stringify(sealed)}\n`);
  const file = new Uint8Array(line.length + body.length);
  file.set(line);
  file.set(body, line.length);
  return file;
}

/**
 * The body of a file; undefined unless the file is sealed with the secret and has the header that is expected.
 *
 * @param headerOf The header of a body of so many bytes.
 */
export function sealedBody(
  bytes: Uint8Array<ArrayBuffer>,
  headerOf: (length: number) => object,
  secret: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const end = bytes.subarray(0, HEADER_BYTES).indexOf("\n".charCodeAt(0));
  const body = bytes.subarray(end + 1);
  const header = headerOf(body.length);
  const sealed = { ...header, seal: sealOf(header, body, secret) };
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)));
  return line === JSON.stringify(sealed) ? body : undefined; // in any part
}

/** What nobody can make without the secret. */
function sealOf(header: object, body: Uint8Array, secret: Uint8Array): string {
  return createHmac("sha256", secret).update(`${JSON.stringify(header)}\n`).update(body)
    .digest("hex");
}
