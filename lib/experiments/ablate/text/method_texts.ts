/** What each method replaces values with, in words. */

import type { Method } from "./options.ts";

/** What replaces a node's values, for headings and captions. */
export const REPLACED_BY: Readonly<Record<Method, string>> = {
  zero: "0",
  mean: "their mean over all tokens of the same role",
  resample: "those of another pair's sentence of the same kind and length",
  twin: "those of the pair's other sentence",
};
