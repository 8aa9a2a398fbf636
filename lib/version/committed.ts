/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "a8557e1487143a3242f3d2b1a5f45cfd50e4dc269983c8b0760b40dd6b96f0f4",
  page: "224ae1e1270dad855268875df9174396a1acbb47f5962a4e41be676e0d2dc495",
  runs: "da1b54df8b66e8aa7b7db81c4b4547450a24ca767b9330e2d24901ed1d9673b2",
};
