/** Assertions about the kit's own errors. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type ErrorCode, NegscopeError } from "../lib/errors/errors.ts";

/** An error's code, and what its message has in it: `row-wrong: it has 8 fields`. */
type Said = ErrorCode | `${ErrorCode}: ${string}`;

/** Asserts that a function throws an error of the kit; where the code is not a literal, the message stands apart. */
export function assertThrowsCode(work: () => unknown, said: Said, message = ""): NegscopeError {
  const [code, own] = partsOf(said);
  const error = assertThrows(work, NegscopeError, own ?? message);
  assertEquals(error.code, code, error.message);
  return error;
}

/** The same of a function that returns a promise. */
export async function assertRejectsCode(
  work: () => PromiseLike<unknown>,
  said: Said,
  message = "",
): Promise<NegscopeError> {
  const [code, own] = partsOf(said);
  const error = await assertRejects(work, NegscopeError, own ?? message);
  assertEquals(error.code, code, error.message);
  return error;
}

function partsOf(said: Said): readonly [code: string, message: string | undefined] {
  const [, code, message] = /^([a-z-]+)(?:: ([^]*))?$/.exec(said)!;
  return [code!, message];
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
