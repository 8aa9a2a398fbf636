/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "214a71e1502c322184f23d786c4377b65353b58bd6dd5e95f27cfd4148586975",
  page: "0ec00d02688eaba2749fd96a90f61c03db513983a980a9a233a491f6a9e22efa",
  runs: "061782351d45b4d8c6b4df52535daf112183fbae245cd19ee2e900287b917ffc",
};
