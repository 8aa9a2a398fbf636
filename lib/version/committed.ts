/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "35bf277c1ec280f0622adddec589942d3ab5cad9035be9bae099693c18c896a4",
  runs: "7ba19ef916bc35a4c5f16d694e3f22d1194974fc613c58c94a3abbaad7546cc8",
};
