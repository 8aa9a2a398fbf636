import { AssertionError } from "./assertion_error.ts";
import { equal } from "./equal.ts";
import { ending, format } from "./message.ts";

/** Anything but a string that has elements and a length. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** Fails unless `actual` holds `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    throw new AssertionError(
      `Expected actual: "${actual}" to contain: "${expected}"${ending(msg)}`,
    );
  }
}

/** Fails unless `expected` matches in `actual`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) {
    throw new AssertionError(`Expected actual: "${actual}" to match: "${expected}"${ending(msg)}`);
  }
}

/** Fails if `expected` matches in `actual`. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) {
    throw new AssertionError(
      `Expected actual: "${actual}" to not match: "${expected}"${ending(msg)}`,
    );
  }
}

/** Fails unless each value of `expected` equals one of `actual`. */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const present = Array.from(actual);
  const missing = Array.from(expected).filter((value) =>
    !present.some((candidate) => equal(candidate, value))
  );
  if (missing.length > 0) {
    throw new AssertionError(
      `Expected actual: "${format(actual)}" to include: "${format(expected)}"${ending(msg)}\n` +
        `missing: ${format(missing)}`,
    );
  }
}
