/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "9990ee32c0d2a753316c241244ad128e9ea4213700ea56eb20388f9fe3326b7a",
  runs: "1ff7c15bed983f60c7c0dbfb3833e8c424499d4eac05d231d0a9148543d09c94",
};
