/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "fe31c3086762125752519c2dadba8f6aa9958e4c9b8eda973333ed945c449e23",
  page: "ba3a6303b2f1efcf7882d3dd389d9861da3841509058ee46539d72add3ed4e90",
  runs: "5a0a5a74ded5921f25034a82990243d2e26d0982d48e746f614bab49724da3e5",
};
