/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "6f1ddeab481fce15e55cf3172a69dc45b350880e1eb12ab1222d575a5650f90a",
  page: "2e5bf60825b35dc6701e4576002e829fd56ae721ac86bf68331ec14f5d7d2357",
  runs: "d4623356a4acf71bf3a8c81b522c36cb9ae78e85017c059878d1e3adc2ebceae",
};
