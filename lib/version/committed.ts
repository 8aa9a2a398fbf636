/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0008f4cf2eb712dfb8f31340cf37690647a35ee8aa9861aece72b4dcb9d3cbb4",
  page: "0768920a0211e0c22744186bf2cd00c326372152e7310ef55a77c40556d74feb",
  runs: "b536c44a27bb92d2c5fcfbc5904c10c5ad8e775afb726ba7c67e82ca6b18bd17",
};
