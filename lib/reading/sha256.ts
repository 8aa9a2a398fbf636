/** Checksums of texts and bytes. */

import { sha256 } from "@noble/hashes/sha2.js";

/** The SHA-256 of a text in UTF-8. */
export function sha256Text(text: string): string {
  return sha256(new TextEncoder().encode(text)).toHex();
}

/** The SHA-256 of bytes, by the machine's own code where that is there; web pages have it only if nobody can have changed them on their way. */
export async function sha256Bytes(bytes: Uint8Array): Promise<string> {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) return sha256(bytes).toHex();
  return new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toHex();
}
