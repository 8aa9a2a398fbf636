/** Checks what a run is given, where a program without types may give a single value for a list. */

import { NegscopeError, shown } from "../../errors.ts";

/**
 * Checks that a value is a list whose elements are of a kind.
 *
 * @param given The value.
 * @param isOne Whether a value is of the kind.
 * @param expected What the list must hold, e.g. `sentences`.
 * @throws {NegscopeError} If it is not a list, or an element is of another kind.
 */
export function checkRunList<One>(
  given: unknown,
  isOne: (value: unknown) => value is One,
  expected: string,
): asserts given is readonly One[] {
  const isList = Array.isArray(given);
  const wrong = isList ? given.find((value) => !isOne(value)) : given;
  if (isList && wrong === undefined && !given.includes(undefined)) return;
  const isSingle = !isList && isOne(given);
  throw new NegscopeError("value-wrong", {
    problem: `Cannot run with ${shown(given)}`,
    subject: String(given),
    reason: isList ? `it holds ${shown(wrong)}` : "it is not a list",
    expected: `a list of ${expected}`,
    ...(isSingle && { fix: "put it in brackets" }),
  });
}

/** Whether a value is a text. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}
