/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4c6789029d6313dd78178f70e85853060b27a4cd2319c6618cbdcbe0544bfca0",
  page: "bcd4fdee9af4bc2bb46499f5d4d103985092b5fe27d7b6b8fecba123780c704d",
  runs: "2e794ef6ed314c719484370db21a3142add98e349fc56fa1d8fd9283c786008c",
};
