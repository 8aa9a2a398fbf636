/** What a run is given: token ids as the tower reads them, and lists, for which a program without types may give a single value. */

import { NegscopeError, shown } from "../../errors.ts";
import type { OnnxValue } from "../../onnx/runtime/session.ts";

/** A text tower's input, [rows, positions]. */
export function idsInput(ids: readonly (readonly number[])[]): OnnxValue {
  const dims = [ids.length, ids[0]?.length ?? 0];
  return { type: "int64", dims, data: BigInt64Array.from(ids.flat(), BigInt) };
}

/**
 * Checks that a value is a list whose elements are of a kind.
 *
 * @param expected What the list must hold, e.g. `sentences`.
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

export function isText(value: unknown): value is string {
  return typeof value === "string";
}
