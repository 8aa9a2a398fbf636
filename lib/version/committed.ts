/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "6d546eedfe2111d265c7393af7d19648b985ebd0d273384ad83dc70e4d80b904",
  page: "95ba53e0994c3b6ea2b5356d648162fcd87f699ca140fa8e0a17e14683056e91",
  runs: "fd31e95616765e77e13d33f2400b371f2b52c7b1fab8d9c377b02dd0cf05fb00",
};
