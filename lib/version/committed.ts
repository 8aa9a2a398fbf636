/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f0e4114205d47e6e402acb536903d3b21d93740a87c2024cd372ac5e92614887",
  runs: "c99bb3718f239c4a37b7d7c45c0a0dfce9eaf47690a57414eb3fc1b51057d357",
};
