/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "009ac127c1d93bd3c0bc9848a22049354cd3a85a974b9ba88dd37bfb941a0a30",
  page: "d9e9c368e6468f05de5e71631267ddfe724a907a9ded2600efd29984301bc871",
  runs: "777c1ae0e7461a3abd29f60749772ae0fef9614dd1c331c8846059b3a3d4dec9",
};
