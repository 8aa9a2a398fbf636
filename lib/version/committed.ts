/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f0abe2e401629c41cf5410fdb958c9ad26af08d0c92df107132ad2fbc0f6490b",
  page: "a0ee0680231f40c5f782fde205a9a8d1965d0a584b65be665182d8ffc9d4a0ad",
  runs: "6090a0af248189e295c9067fa7466acfba71b6b4b84528cda8d508ff5c5b86ac",
};
