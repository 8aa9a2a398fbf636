/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "d995bfd8a9578077cbf0b9525c3939d04e17fdedb9bfb0dcf89b5c2358abda83",
  page: "620f48a6d4451fcb91a66e7b840e3341e6c4e3ec8d24c75cad2eb974bd127a22",
  runs: "618fb6cc2cc41ec990262f7c163abe72deb9046513c995e4cf4b254bba449dc2",
};
