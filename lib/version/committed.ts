/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "d995bfd8a9578077cbf0b9525c3939d04e17fdedb9bfb0dcf89b5c2358abda83",
  page: "620f48a6d4451fcb91a66e7b840e3341e6c4e3ec8d24c75cad2eb974bd127a22",
  runs: "c928917fdfd08c56d39a766a0a45c55b4d3d63ac15fd6fa0a7d92659339ceaaf",
};
