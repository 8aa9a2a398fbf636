/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1db1dd418ecb9350d7dbe1b21646eefa35652198f19884edf74c08d73771209f",
  page: "716cc23b12cca9f686b42973e920328ccee7f852eeb497f8f0d3b1a41c694eaa",
  runs: "21e7e640fcdf64df5e9135e68513c581062c8e83ff019e3398cd8368b9f7940e",
};
