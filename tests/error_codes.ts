/** Assertions about the kit's own errors. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type ErrorCode, NegscopeError } from "../lib/errors.ts";

/**
 * Asserts that a function throws an error of the kit.
 *
 * @param work The function.
 * @param code The error's code.
 * @param message What its message has in it.
 */
export function assertThrowsCode(
  work: () => unknown,
  code: ErrorCode,
  message = "",
): NegscopeError {
  const error = assertThrows(work, NegscopeError, message);
  assertEquals(error.code, code, error.message);
  return error;
}

/** The same of a function that returns a promise. */
export async function assertRejectsCode(
  work: () => PromiseLike<unknown>,
  code: ErrorCode,
  message = "",
): Promise<NegscopeError> {
  const error = await assertRejects(work, NegscopeError, message);
  assertEquals(error.code, code, error.message);
  return error;
}

/** Asserts that functions throw errors of one code, each with its words in the message. */
export function assertEachThrows(
  code: ErrorCode,
  cases: readonly (readonly [work: () => unknown, message: string])[],
): void {
  for (const [work, message] of cases) assertThrowsCode(work, code, message);
}

/** The same of functions that return promises. */
export async function assertEachRejects(
  code: ErrorCode,
  cases: readonly (readonly [work: () => PromiseLike<unknown>, message: string])[],
): Promise<void> {
  for (const [work, message] of cases) await assertRejectsCode(work, code, message);
}
