/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "045b0647baa1df5293d417641a85cbef3fdd7e450b90536c85dc7345e1571c02",
  page: "a2db78eed922ab2c6baacacb2326edc8422382e898a0cefd73d2722f1c3a28dd",
  runs: "c8bdf3110374277e1b3ba7422312469a24a8aa16822e8fb53a279ee99748cc76",
};
