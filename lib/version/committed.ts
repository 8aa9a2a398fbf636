/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "bd7ef55978f32708714fa1a9b47dd88ab878774c835b8b5756e0e9cfa48b7e1e",
  page: "0a6af12f4798d894879dfcaaaeb9a02f0be07ce28947a43c4bb3e4fa15a5bf71",
  runs: "83ca59a17f98b0e1a3bd94dff20e019229e029fe5b11801538ad8d5ef76c0b7a",
};
