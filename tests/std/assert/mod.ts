/**
 * The assertions of `@std/assert` that the tests use, for places that cannot reach JSR.
 *
 * Names, types and verdicts are those of the real package; the messages are Node's. CONTRIBUTING.md says when this folder goes away.
 *
 * @module
 */

import { AssertionError } from "node:assert";
import { stripVTControlCharacters } from "node:util";
import { equal } from "./equal.ts";

export { AssertionError };

// deno-lint-ignore no-explicit-any
type AnyClass<T = any> = abstract new (...args: any[]) => T;

/** The values that `assertFalse` accepts. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

function fail(message: string, msg?: string): never {
  throw new AssertionError({ message: msg ? `${message}: ${msg}` : message });
}

/** Fails unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError({ message: msg || "Expected a truthy value" });
}

/** Fails unless `expr` is falsy. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is Falsy {
  if (expr) fail(`Expected a falsy value`, msg);
}

/** Fails unless the two values are deeply equal; typed arrays by element, `NaN` equals `NaN`, 0 equals -0. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) different(actual, expected, msg);
}

/** Fails if the two values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) fail(`Expected another value than ${Deno.inspect(actual)}`, msg);
}

/** Fails unless the two values are the same by `Object.is`: -0 is not 0. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (!Object.is(actual, expected)) different(actual, expected, msg);
}

function different(actual: unknown, expected: unknown, msg = "Values are not equal"): never {
  const { message } = new AssertionError({ actual, expected, operator: "deepStrictEqual" });
  fail(msg, message);
}

/** Fails unless `|actual - expected| <= tolerance`, by default 1e-7 of the expected value's size. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  if (Object.is(actual, expected) || Math.abs(expected - actual) <= tolerance) return;
  fail(`Expected ${actual} to be within ${tolerance} of ${expected}`, msg);
}

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) fail(`Expected ${actual} to be greater than ${expected}`, msg);
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) fail(`Expected ${actual} to be less than ${expected}`, msg);
}

/** Fails unless `actual` holds `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) fail(`Expected "${actual}" to contain "${expected}"`, msg);
}

/** Fails unless `expected` matches in `actual`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) fail(`Expected "${actual}" to match ${expected}`, msg);
}

/** Fails unless `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T extends AnyClass>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  fail(`Expected an instance of ${expectedType.name}, not ${Deno.inspect(actual)}`, msg);
}

/** Fails unless `fn` throws. Returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless `fn` throws an `ErrorClass` whose message holds `msgIncludes`. Returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: AnyClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...expected: Expected): unknown {
  try {
    fn();
  } catch (error) {
    return checked(error, expected);
  }
  fail("Expected function to throw", messageOf(expected));
}

/** Fails unless the promise of `fn` rejects. Resolves to the reason of the rejection. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise of `fn` rejects with an `ErrorClass` whose message holds `msgIncludes`. Resolves to the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: AnyClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ...expected: Expected
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    fail("Function throws when expected to reject", messageOf(expected));
  }
  try {
    await promise;
  } catch (error) {
    return checked(error, expected);
  }
  fail("Expected function to reject", messageOf(expected));
}

type Expected = readonly [ErrorClassOrMsg?: AnyClass | string, ...(string | undefined)[]];

function messageOf([classOrMsg, , msg]: Expected): string | undefined {
  return typeof classOrMsg === "string" ? classOrMsg : msg;
}

function checked(error: unknown, expected: Expected): unknown {
  const [ErrorClass, text = ""] = expected;
  if (typeof ErrorClass !== "function") return error;
  assertInstanceOf(error, Error, messageOf(expected));
  assertInstanceOf(error, ErrorClass, messageOf(expected));
  const plain = stripVTControlCharacters;
  assertStringIncludes(plain(error.message), plain(text), messageOf(expected));
  return error;
}
