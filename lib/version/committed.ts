/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b064454ac7d15aa6e6b92528a37b8a930c411d26da6fbaa7646bcc97de5609f6",
  runs: "ccac1f33b87d62c491a1b1d2b1700bf8b5662124b0a7cd0988c1776693a0a96c",
};
