/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b16b63d8dbeba66b43a78114ed144bbc0016793a38af0a97da29afa1e735ceee",
  page: "bbbc3348ef46a237ee64b9deea8920299260320c21e08e9f799dd610063c5cda",
  runs: "beba2e5a03fa661035c45b60ec22bb712a388ce288bb4b959dffcd6ce5043ddb",
};
