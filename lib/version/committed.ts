/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1db1dd418ecb9350d7dbe1b21646eefa35652198f19884edf74c08d73771209f",
  page: "32c208648984a4fc0deee408c5b2848ed2121c710f4a64803562f73dc8062dfc",
  runs: "2b5a422f447692b9bb2fcd868ff2d874d691199f4abf32fdd51bf6b11060b2fd",
};
