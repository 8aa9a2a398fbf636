import { AssertionError } from "./assertion_error.ts";
import { ending } from "./message.ts";

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
