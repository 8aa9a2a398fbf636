/** The kit's code as it was committed, see code.ts. Written by `deno task dev docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "469c85314dbb4a8e015b45f074a2dde4c9a8e641f059ad4be00931ea708aeb80",
  page: "d179a9bf42649ff4876297c7efeabde41d9d7439fd19baed2828d6a37ed3cb52",
  runs: "d522a2f32327c47a4dcddf5b62133454bd2ddbe20250d1abc2a62349869036c4",
};
