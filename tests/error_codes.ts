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
