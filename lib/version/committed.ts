/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "ab3a37b6375c7e10bcab091e7c7b087097af3bc08cd90b7aa08ed638c3576d83",
  runs: "91ffa5a598d4149b8e4a4b9051bb139ca08eb2b40e512ba16d8f19a0bf22c423",
};
