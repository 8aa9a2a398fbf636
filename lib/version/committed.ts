/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7f64d206bce79462a99cab53026c89a736f890b65b0c6f9bd45e1853179b9efd",
  page: "e78c8259ba9634c64b6661cc85570b9082bc90f66740aa4b548161e1c011a560",
  runs: "59b5a219048ea9682c65e9e8b69d80dba66f752a0ad3ca8ea424ede15b37a514",
};
