/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "3023504224ac88c13ce3cda61bb1abe8c16328922acfa75ca3fdec13dc4a8afe",
  runs: "2bd4d19dc02e14947f53469792cf320ef48a124851965825cf131b8811f9405a",
};
