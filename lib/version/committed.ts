/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "9cca3e976a50d6b5a4fc6e042bc440d3690984b7d94362d2bd9eca8f7ad98d50",
  page: "5a20e685a21dcca9e28ae49e82665c374743765ce229dd4a635b136bdfe5b66f",
  runs: "b344331025ea6f998f3229621ce6b581ff0779fe62a673f8df5296b468fd5dcd",
};
