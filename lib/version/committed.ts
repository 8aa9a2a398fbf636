/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1a6b8865c41e0ff081c596f5365977c56cda3851008a6545bfa0780dd3a532fe",
  runs: "f4c6fa2daef7c15f11f9de0f29e1c9e9611305a84dbe3871cd6dc6f719418154",
};
