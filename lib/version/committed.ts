/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "105d797fbb93f6af45e1b8b027c4d46e1cda38a046c3483c6897e18dc8c6f9f9",
  page: "078d7a23ca5103ac8cd46e825d27f4ed49a1ffce331b24ff4cd9e8432a5210e0",
  runs: "dcf4b4e7edb00486d8184290e691d060bfbe4fe8803b80692b561cec544eb354",
};
