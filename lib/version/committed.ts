/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "908710a4ff9cc8da3ed74e996191c6d1168057b43e2b8ef023cee031f01e35d8",
  page: "4ad2eeb4da768d96d6baf25f21cd740d778251c01b60dff1760f08c8ecc1972f",
  runs: "d7ded7afc32b87eddef144d5d5ae0611280c1d6b3109cda21aac40b21a9dfa15",
};
