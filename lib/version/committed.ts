/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "64939dadd2e7fd7eebb39d8a0c46e8ac559b77c5781adb7eeeede31b79f7662c",
  page: "8c514affb27b397872def5e5dc28439aabd20c88a9966399c1006340d97a901a",
  runs: "e3cbb03940dc846bf8e99b397bf8d071264365ad29b52186eead8429b942a59b",
};
