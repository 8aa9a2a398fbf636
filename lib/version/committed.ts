/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "0a0c358c7ea16f38998728fe1bb8a408ada7eedeefcea251f22aba3cb8e55b83",
  runs: "b720009dd39ff37d2e42291b358695b994425e4da7754450b4557448a0de8aed",
};
