/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "4af55bfa99e4c8e0ec0391a537a0596608cddb01e6e885f383f4d10ba0f3aa59",
  page: "f59560fed9a5db481878fde889bbfbb90c0c7ea4d2c02de662fc2abb06935329",
  runs: "59b4f9c9570916ae18f0e2d4b2e7d434890b5de0d169218d1414ce90353abd11",
};
