/** The heads at which paths end, as an option. */

import type { Option } from "../../options/option.ts";
import { checkHeadSet, HEAD_SET, type HeadSet, LIST_OF_HEADS, nameOfSet } from "../head_set.ts";

/** Some heads, all, or the strongest. */
export type Receivers = HeadSet | "strongest";

/** The number of heads that `strongest` stands for. */
export const STRONGEST = 8;

export const RECEIVERS: Option<Receivers> = {
  ...HEAD_SET,
  help:
    `the heads at which paths end: the ${STRONGEST} strongest, all, or a list such as ${LIST_OF_HEADS}`,
  standard: "strongest",
  expected: `strongest, all, or different heads such as ${LIST_OF_HEADS}`,
  parse: (text) => text === "strongest" ? text : HEAD_SET.parse(text),
  print: (receivers) => receivers === "strongest" ? receivers : nameOfSet(receivers),
};

/** Refuses receivers that a model lacks. */
export function checkReceivers(
  receivers: Receivers,
  sizes: { readonly layers: number; readonly heads: number },
): void {
  if (receivers !== "strongest") checkHeadSet(receivers, sizes);
}
