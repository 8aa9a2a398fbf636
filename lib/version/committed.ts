/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a2c443e8fdbcac67fe8e6b94a8569374fb8623faf2a91a10a22d08cc9cea1e84",
  runs: "c9baee8c88ad583c3abbbcb3c36473b0f40f37d2c4da4ef01db2c99ed188c9dc",
};
