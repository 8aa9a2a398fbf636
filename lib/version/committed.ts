/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "3478ff2b994341e7ca9f2975df6d30fc7f9dc499e3fa5b6b10cbf734b624c893",
  page: "a01fddd5a5aacc468870f551c4adf0dd85daa64005b32341591ba01aff5ab194",
  runs: "7686827b37e5e60f9939a95fab4e5271a5664392b53c2b40205bf3111a24ca75",
};
