/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "059ac24d16c871fb978c2baf65f393f55d568333ad5d1f9217d92d618e15c493",
  page: "07c501919e03a8aad9d7b9057f586c88d11d64682f5c9a3894b1aa07f650b98a",
  runs: "8a079eddb9c7938fc17e6109431591286ad60d891dd5b5d36604b5f2e47267f4",
};
