import { AssertionError } from "./assertion_error.ts";
import { equal } from "./equal.ts";
import { difference, ending, format, red } from "./message.ts";

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
      `Expected actual: ${format(actual)} not to be: ${format(expected)}${ending(msg)}`,
    );
  }
}

/** Fails unless the two values are the same by `Object.is`: -0 is not 0. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const shown = format(actual);
  if (shown !== format(expected)) {
    throw new AssertionError(
      `Values are not strictly equal${ending(msg)}\n${difference(actual, expected)}`,
    );
  }
  throw new AssertionError(
    `Values have the same structure but are not reference-equal${ending(msg)}\n\n${
      red(shown.replace(/^/gm, "    "))
    }\n`,
  );
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
  if (delta <= tolerance) return;
  const shown = (value: number) => `"${Number.isInteger(value) ? value : value.toExponential()}"`;
  throw new AssertionError(
    `Expected actual: ${shown(actual)} to be close to ${shown(expected)}: ` +
      `delta ${shown(delta)} is greater than ${shown(tolerance)}${ending(msg)}`,
  );
}
