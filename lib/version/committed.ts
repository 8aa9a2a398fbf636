/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "250adcda11f7534f2fec3b6539262decef390ded4a3301486f2a9e0625419d55",
  runs: "ce6f205961f18be3c9e0e1c54a447163a2c3882a4dfb44964156e53009208cc1",
};
