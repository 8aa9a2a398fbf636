/** The heads at which paths end, as an option. */

import { NegscopeError } from "../../errors.ts";
import type { Option } from "../../options/option.ts";
import { headName } from "../../tables/head_names.ts";
import { HEAD_SET, type HeadSet, nameOfSet } from "../knockout/head_set.ts";

/** Some heads, all, or the strongest. */
export type Receivers = HeadSet | "strongest";

/** The number of heads that `strongest` stands for. */
export const STRONGEST = 8;

/** The option `receivers`. */
export const RECEIVERS: Option<Receivers> = {
  ...HEAD_SET,
  help:
    `the heads at which paths end: the ${STRONGEST} strongest, all, or a list such as 4.2,4.3 (layer.head, from 1)`,
  standard: "strongest",
  expected: "strongest, all, or different heads such as 4.2,4.3, each layer.head from 1",
  parse: (text) => text === "strongest" ? text : HEAD_SET.parse(text),
  print: (receivers) => receivers === "strongest" ? receivers : nameOfSet(receivers),
};

/**
 * Checks that a model has the receivers.
 *
 * @param receivers The receivers.
 * @param sizes The text tower's sizes.
 * @throws {NegscopeError} If it lacks one.
 */
export function checkReceivers(
  receivers: Receivers,
  { layers, heads }: { readonly layers: number; readonly heads: number },
): void {
  if (receivers === "strongest" || receivers === "all") return;
  const missing = receivers.find(({ layer, head }) => layer > layers || head > heads);
  if (missing === undefined) return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot follow paths to head ${headName(missing)}`,
    subject: headName(missing),
    expected: `a layer from 1 to ${layers} and a head from 1 to ${heads}`,
  });
}
