/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0008f4cf2eb712dfb8f31340cf37690647a35ee8aa9861aece72b4dcb9d3cbb4",
  page: "0768920a0211e0c22744186bf2cd00c326372152e7310ef55a77c40556d74feb",
  runs: "d9be691dedfdc7a37c6d2729f402c62516c0ca1a7715503e7ee1e9dbf583011d",
};
