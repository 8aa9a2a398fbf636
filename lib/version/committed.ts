/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "3478ff2b994341e7ca9f2975df6d30fc7f9dc499e3fa5b6b10cbf734b624c893",
  page: "d8506190cec992c8544ea27e32ab4f94e380590ad43a38b619f1060016e6a457",
  runs: "a699db9ba8c2e8080c9a333bb349d96cb14a99decd897f6b03b10299b42ab9ea",
};
