/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "1fe2cfa1c03f9298f80e1f08a8e9a421611df22dab2ce4ffd41e642c19fabc77",
  page: "11cb79dcbfa5e0d21c0b3141fadacf3a7957af9d4052ec2192982201693b15cb",
  runs: "f0ca28ecbdc6ef572e7eb99a49bcea4f00e50fce767427e8a7b9407cad2919eb",
};
