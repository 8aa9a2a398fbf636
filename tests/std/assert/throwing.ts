import { AssertionError } from "./assertion_error.ts";
import { ending, plain } from "./message.ts";

/** A class of errors. */
// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless `fn` throws. Returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless `fn` throws an `ErrorClass` whose message holds `msgIncludes`. Returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...rest: Rest): unknown {
  const expected = readExpected(rest);
  try {
    fn();
  } catch (error) {
    check(error, expected, "thrown");
    return error;
  }
  throw new AssertionError(`Expected function to throw${ending(expected.msg)}`);
}

/** Fails unless the promise of `fn` rejects. Resolves to the reason of the rejection. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise of `fn` rejects with an `ErrorClass` whose message holds `msgIncludes`. Resolves to the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ...rest: Rest
): Promise<unknown> {
  const expected = readExpected(rest);
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch {
    promise = undefined;
  }
  if (typeof promise?.then !== "function") {
    throw new AssertionError(`Function throws when expected to reject${ending(expected.msg)}`);
  }
  try {
    await promise;
  } catch (error) {
    check(error, expected, "rejected");
    return error;
  }
  throw new AssertionError(`Expected function to reject${ending(expected.msg)}`);
}

type Rest = readonly [ErrorClassOrMsg?: ErrorClass<Error> | string, ...(string | undefined)[]];

interface Expected {
  readonly ErrorClass?: ErrorClass<Error> | undefined;
  readonly msgIncludes?: string | undefined;
  readonly msg?: string | undefined;
}

function readExpected([classOrMsg, second, third]: Rest): Expected {
  if (typeof classOrMsg === "string") return { msg: classOrMsg };
  const isErrorClass = classOrMsg === undefined || classOrMsg === Error ||
    classOrMsg?.prototype instanceof Error;
  return isErrorClass
    ? { ErrorClass: classOrMsg, msgIncludes: second, msg: third }
    : { msg: second };
}

function check(error: unknown, expected: Expected, verb: "thrown" | "rejected"): void {
  const { ErrorClass, msgIncludes, msg } = expected;
  if (ErrorClass === undefined) return;
  if (!(error instanceof Error)) {
    throw new AssertionError(`A non-Error object was ${verb}${ending(msg)}`);
  }
  const { constructor, message } = error;
  if (!(error instanceof ErrorClass)) {
    throw new AssertionError(
      `Expected error to be instance of "${ErrorClass.name}", ` +
        `but was "${constructor?.name}"${ending(msg)}`,
    );
  }
  if (!plain(message).includes(plain(msgIncludes ?? ""))) {
    throw new AssertionError(
      `Expected error message to include ${JSON.stringify(msgIncludes)}, ` +
        `but got ${JSON.stringify(message)}${ending(msg)}`,
    );
  }
}
