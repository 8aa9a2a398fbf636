/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "085dadc59b3f40d6c13c8eb5220611d7cecc458bc3c48008dcda4f23c64b4cc7",
  runs: "1457e68dd130dba0be2299de5df95855743d37652f28ade72557e6947cbd6286",
};
