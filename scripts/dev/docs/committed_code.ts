/** lib/version/committed.ts: the version of the kit's code, for where its source is not on the disk. */

import { MOST_BYTES, readTextSync } from "../../../lib/files/read_file.ts";
import { type Computed, versionOfCode } from "../../../lib/version/code.ts";

export function committedCode(): string {
  const version = (computed: Computed) =>
    versionOfCode(computed, (module) => readTextSync(module, MOST_BYTES.own));
  return `/** The kit's code as it was committed, see code.ts. Written by \`deno task docs\`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "${version("embeddings")}",
  runs: "${version("runs")}",
};
`;
}
