/** Checksums of texts. */

import { sha256 } from "@noble/hashes/sha2.js";

/**
 * The SHA-256 of a text in UTF-8.
 *
 * @param text The text.
 * @returns 64 hexadecimal digits in lower case.
 */
export function sha256Text(text: string): string {
  return sha256(new TextEncoder().encode(text)).toHex();
}
