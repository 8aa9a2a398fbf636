/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "adc3d19a98040d61e062a2cac9a68c4e2b8893b64696fd489b824f46342d30df",
  runs: "261f06a23d85bbb79edb6c4362a23c116b12919cc1f89ca71748f726d4cccf49",
};
