/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "f8b8915f76dd7544f2afc186a80170f1f26d95ddf1c19c145107f54759ce1d55",
  runs: "7ca4022093c0d9dcf20745bc9cb06d94de0b98827cf1e1ba7f795481d609d92f",
};
