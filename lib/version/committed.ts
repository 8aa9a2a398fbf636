/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "decd8982c9bfeea6792091f61b11ec7a45f7c0337225842f84309bc3eb63c1db",
  page: "fceffd27c8566f0c606bd38b4431cb96e60b8cb334800135c2dc44ee88681afb",
  runs: "3220cd3236770904e1c7152206396b81e8bb145657b5ab4caa063d78044bd468",
};
