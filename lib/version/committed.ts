/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "24ee73c8d24c3dd64a0e0e97aab99a880081deae9b39802f2609e63b8a5e63fc",
  page: "2dd38e8d28d3f354845174ced454e4940cda529bcda71d02f4c29ac4cd303b07",
  runs: "009b81e0365c39db0620ab3d03a9d41c6e51f0353f1b502c78db6850212854af",
};
