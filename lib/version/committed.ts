/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a56cdb614cea77d975c2d1a7eb640e12de48d42488915a1a5ab70bf7dd19b2f0",
  page: "78818648513b7ca1da95da6141edca63b144165d6da716c8a7a2dafaefba8b48",
  runs: "7991faf0008279dea8123b074dc5642a17904995f4744d7c596302c23dcebd05",
};
