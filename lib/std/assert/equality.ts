import strict from "node:assert/strict";
import { inspect } from "node:util";
import { AssertionError, ending } from "./assertion_error.ts";
import { equal } from "./equal.ts";

/** Fails unless the two values are deeply equal; typed arrays by element, `NaN` equals `NaN`, 0 equals -0. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) {
    throw new AssertionError(
      `Values are not equal${ending(msg)}\n${difference(actual, expected)}`,
    );
  }
}

/** Fails if the two values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    throw new AssertionError(
      `Expected actual: ${inspect(actual)} not to be: ${inspect(expected)}${ending(msg)}`,
    );
  }
}

/** Fails unless the two values are the same by `Object.is`: -0 is not 0. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (!Object.is(actual, expected)) {
    throw new AssertionError(
      `Values are not strictly equal${ending(msg)}\n${difference(actual, expected)}`,
    );
  }
}

/**
 * Fails unless `|actual - expected| <= tolerance`.
 *
 * @param tolerance By default 1e-7 of the expected value's size.
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const delta = Math.abs(expected - actual);
  if (!(delta <= tolerance)) {
    throw new AssertionError(
      `Expected actual: "${actual}" to be close to "${expected}": ` +
        `delta "${delta}" is greater than "${tolerance}"${ending(msg)}`,
    );
  }
}

function difference(actual: unknown, expected: unknown): string {
  try {
    strict.deepStrictEqual(actual, expected);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return `${inspect(actual)} and ${inspect(expected)} differ in what their properties do not show`;
}
