/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "3023504224ac88c13ce3cda61bb1abe8c16328922acfa75ca3fdec13dc4a8afe",
  runs: "23046685703adff692fd465757a7b396bff8268cc585f4e055c8aa0ccb741b73",
};
