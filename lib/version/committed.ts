/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b064454ac7d15aa6e6b92528a37b8a930c411d26da6fbaa7646bcc97de5609f6",
  runs: "6cc455fe75f0e90e82fc82de3cee508366519efb976d4b3b27dcf235a77cbc70",
};
