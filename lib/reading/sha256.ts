import { sha256 } from "@noble/hashes/sha2.js";

/** The SHA-256 of a text in UTF-8, or of bytes: 64 hexadecimal digits in lower case. */
export function sha256Text(content: string | Uint8Array): string {
  return sha256(typeof content === "string" ? new TextEncoder().encode(content) : content).toHex();
}

/** The SHA-256 of bytes, by the machine's own code where that is there; web pages have it only if nobody can have changed them on their way. */
export async function sha256Bytes(bytes: Uint8Array): Promise<string> {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) return sha256(bytes).toHex();
  return new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toHex();
}
