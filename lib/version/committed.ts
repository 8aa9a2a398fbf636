/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "e749676fd9a6c23104573026736af755008c4cc6fda90bf79933a3ee3ebe5837",
  page: "ed551194693f8d538e44c3d995dfec643816b60e07a77e4baee97650c6caf0ce",
  runs: "c262d6dc4e249ea310f517513562e679b6957b442063896a8e88f3d49d2a5133",
};
