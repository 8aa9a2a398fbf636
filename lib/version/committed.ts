/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0cd217104f7cbe48de11446c85e10c036a67934dd5e043b386a608a6d0a7b467",
  page: "88825199799bc53349022abdc300afe535d33299a71221dab8ac46d5e905486f",
  runs: "aefb7246093c61fa11678fd7baf2bc0198ae4393c1f4652d0fca54ee78927b38",
};
