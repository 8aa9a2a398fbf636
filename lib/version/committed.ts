/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "91d91807213c9acea6d71bb696421804dc6ef2c2a88fa4dbff267a3f58ef48b7",
  runs: "fcceb8c126fb1c51fd642a340b6be5cad5a47b0b7dda2faccdce6b9d98ef0dc4",
};
