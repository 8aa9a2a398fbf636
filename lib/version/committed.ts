/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bcebc930ba27dffdc32ff104870036bdc767c1853a3d657ded1ff80160dd4201",
  page: "7547ef0570849f4e22e0a09982336d8614cff85117839b9cfddb9e1614937af3",
  runs: "8a9bb214e9b25d7fdca00f5cd4518bc54a5e6fde7c0e4e15fafb031aca132051",
};
