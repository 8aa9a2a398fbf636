/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "decd8982c9bfeea6792091f61b11ec7a45f7c0337225842f84309bc3eb63c1db",
  page: "fceffd27c8566f0c606bd38b4431cb96e60b8cb334800135c2dc44ee88681afb",
  runs: "729ff2ea629ff8a71b737c9e2f157a4b60f2a60c3b1d7cb740026be5149e3ef7",
};
