/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "c06ac3784b11ef3f7f3934ca7786873f2f897a51cd497a63201dc695e898215e",
  runs: "f06dcf2374299a37f96c59d0377b2974c6b2eb6b41d10ab5069af98343ff29cd",
};
