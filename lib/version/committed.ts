/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f941cea7a6cc0f476056a909a9704860b712102ce7f1bde86a2f00d740760f9e",
  page: "8fcd393f61c3744ba8836bd9fac7c93c267946d3d7ade5f36a9e9ca3ac76dc28",
  runs: "aba8e19c5ca21012c0ada32d2721f6315c9eea15caff7f1d41c3a53723385f1f",
};
