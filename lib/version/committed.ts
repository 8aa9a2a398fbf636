/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "7f64d206bce79462a99cab53026c89a736f890b65b0c6f9bd45e1853179b9efd",
  page: "5da737f1abe8d2daf4249d8e6a2648e2db6c50bd5df4d406489807596004859c",
  runs: "d645366bf6187508b0e2b875e968662fabef8c81a57f6679a333e8a145f136e4",
};
