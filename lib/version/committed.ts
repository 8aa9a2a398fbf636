/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a0ed7dc6eb52e55cf1e32bc876c6ff7e9460a76e343d15637295247a62fd1360",
  runs: "b99dd9cb6ab0b530f7777ed5ce69967794554101e633f014383da8202d457c67",
};
