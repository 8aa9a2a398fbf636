/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bd7ef55978f32708714fa1a9b47dd88ab878774c835b8b5756e0e9cfa48b7e1e",
  page: "459a29f3e662128c32374258cd20bc4454deec44c0f872f35573da8ff1949a14",
  runs: "1f74a4661612923ddbb5bf7751ff628ae9f83995f8487249ba8b779951f0fe76",
};
