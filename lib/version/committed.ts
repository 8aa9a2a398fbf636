/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "115c806b2b92ea1a4ed6d0a19be14691aecb054dbbcdebe1932d85c7386dce28",
  page: "9ae263f962b71e65c27cc14a5a18a8e875777b37a53587d572f5256682ad1461",
  runs: "eb08a78871c3ef82755a23c652750e5996c556b445bd4bedabb47ca7938f2329",
};
