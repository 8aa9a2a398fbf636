/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b69f4b3dacd847539fa1ab4e76763ca7e79d61598a450923e1653124fdb8b993",
  page: "8921a316aaa9278e9831bec156f5ae50eeaf67cc238d4ab7a0448766e0ebc01a",
  runs: "b6a6818f0c0da0b618e1e4ab491b73c4f040ad0afb1f9a401c98b7e7baaa4c75",
};
