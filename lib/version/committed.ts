/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1d9c45f6b58c1da1f7efc30df480e86b0f3059f5f24d2d6481880814f50ce407",
  page: "f93361c46f9ac8a4df8081888a2c643dc95f2fa99873391cec894ea464479616",
  runs: "22f2fb246d95071f25105ea9cc4df6ec85140b1f5edfade05e1e500eb4fa0867",
};
