/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "dc2d7f6460f91168390438320e68c0376fc27604e6062c501d3276e20095f8c3",
  runs: "33bc20f4be8afc75eaac0313facfad786ea2a432fa05a3f13fb1d56cf6040f03",
};
