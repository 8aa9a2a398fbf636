/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fa7ef29a5d2e613184f18a45a0cf75e5398f100fd1455fd2806b205d53e0cf99",
  page: "1cce8fffd1470c8284f3eb1b89266efb798de14392667e85eadb2117990d9d15",
  runs: "84ce2af6e2e7626dc4856da2ca00e797db6d1fee1118438944cd38221e7f1f17",
};
