/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "ccd6f95518ab0d90efeaee361b2c59450f275b91a2e3369021f6792f0f51a2c6",
  runs: "b1801ce84eac71ef610bb33201176fb872d9eb4f758ba53c09de47502fda6d07",
};
