/** Which methods name a part, and whether another word in the negator's place does the same. */

import { isNamedShare, type ShareLine } from "../study/effects/named_shares.ts";
import type { MethodName } from "./methods.ts";
import type { AtlasPart, Value } from "./read_atlas.ts";

/** The methods that exchange or read what a part gives: one that gives the same in both sentences does nothing, wherever it looks. */
const EXCHANGED: readonly MethodName[] = ["ablate", "direct", "total"];

/** A value as a share of d in the tables of experiments. */
export function shareLine({ value, simultaneousLow, simultaneousHigh }: Value): ShareLine {
  return { share: value, simultaneous_low: simultaneousLow, simultaneous_high: simultaneousHigh };
}

/** Whether a value is far enough from 0 for certain, by the interval that holds for all parts at once. */
export function isNamed(value: Value | undefined): boolean {
  return value !== undefined && isNamedShare(shareLine(value));
}

/** Whether a method can tell the part's value from 0. */
export function isTested({ simultaneousLow }: Value): boolean {
  return simultaneousLow !== undefined;
}

/** The methods by which the part does something to d; none of a part whose knock-out alone does. */
export function causesOf({ values }: Pick<AtlasPart, "values">): MethodName[] {
  const names = EXCHANGED.filter((name) => isNamed(values.get(name)));
  return names.length > 0 && isNamed(values.get("knockout")) ? [...names, "knockout"] : names;
}

/** Whether a head certainly looks at the negator more than at the word in its place (1), or less (-1). */
export function looksAt({ values }: Pick<AtlasPart, "values">): 1 | -1 | 0 {
  const attention = values.get("attend");
  return isNamed(attention) ? attention!.value! > 0 ? 1 : -1 : 0;
}

/** Whether a method names the part: a share by its size, attention only above that to the word in the negator's place. */
export function isNamedBy(part: Pick<AtlasPart, "values">, name: MethodName): boolean {
  return name === "attend" ? looksAt(part) === 1 : isNamed(part.values.get(name));
}

/** Whether the part is of negation by a method by which it does something; undefined if none of these has a control. */
export function isSpecific(part: AtlasPart): boolean | undefined {
  const known = causesOf(part).flatMap((name) => part.values.get(name)!.control?.isSpecific ?? []);
  return known.length === 0 ? undefined : known.includes(true);
}
