/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "6f1ddeab481fce15e55cf3172a69dc45b350880e1eb12ab1222d575a5650f90a",
  page: "2e5bf60825b35dc6701e4576002e829fd56ae721ac86bf68331ec14f5d7d2357",
  runs: "e0ae9b50e56bba2379bfac51a1e7e9aee3edbcdef4e49fb2f3c9f637ac71928a",
};
