/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "b9b75943ff036e6630cd7e5c4c9304a1e1cbdf6dd4764aee26db5652fc8bf8fb",
  page: "99880e1fb485db9ff63b6332485ff4532678a107d9c7a5c6a96502fcd97d0b1d",
  runs: "9f6799509217ae7da8ee767fbcde1f0a0f19e19504cd874430c4502fa265fe7a",
};
