/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bac6f61233620142abb7afbd622831250a8be08307414bfa9cf2571e3ed38428",
  runs: "4715c6f1d8cb4fc3973e904ff344580e68137001fc743d7e1b3fe5e863614243",
};
