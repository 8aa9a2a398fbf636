/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a0ed7dc6eb52e55cf1e32bc876c6ff7e9460a76e343d15637295247a62fd1360",
  runs: "d93e85aab603d85114879cd3c0b6316f4975c7583f3267222114147fed3c4e8e",
};
