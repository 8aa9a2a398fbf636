/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1db1dd418ecb9350d7dbe1b21646eefa35652198f19884edf74c08d73771209f",
  page: "393eff92f74d116a6b76cb71b38849cb90dd50db567db0ddd015b9933f8d3f60",
  runs: "27a11168e8a6e9d16450563c7d14aef27fd2402d910b34ee1f8d92152cd225c9",
};
