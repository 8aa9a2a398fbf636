/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "45ae6e776c5920dfb8f51829d1c6149804a33360fa387dd48b674a5a315503f9",
  runs: "09d52d581ba5ca62d4fba5dcc97c555ae3bb8a53b432c840a76d99bcbfd837f5",
};
