import { AssertionError, ending } from "./assertion_error.ts";

/** A class of errors. */
type ErrorClass<E extends Error> = new (...args: never[]) => E;

/** Fails unless `fn` throws. Returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless `fn` throws an `ErrorClass` whose message holds `msgIncludes`. Returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    check(error, { classOrMsg, msgIncludes, msg });
    return error;
  }
  const words = typeof classOrMsg === "string" ? classOrMsg : msg;
  throw new AssertionError(`Expected function to throw${ending(words)}`);
}

/** Fails unless the promise of `fn` rejects. Resolves to what it rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise of `fn` rejects with an `ErrorClass` whose message holds `msgIncludes`. Resolves to the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const words = typeof classOrMsg === "string" ? classOrMsg : msg;
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    throw new AssertionError(`Function throws when expected to reject${ending(words)}`);
  }
  try {
    await promise;
  } catch (error) {
    check(error, { classOrMsg, msgIncludes, msg });
    return error;
  }
  throw new AssertionError(`Expected function to reject${ending(words)}`);
}

interface Expected<E extends Error> {
  readonly classOrMsg: ErrorClass<E> | string | undefined;
  readonly msgIncludes: string | undefined;
  readonly msg: string | undefined;
}

function check<E extends Error>(
  error: unknown,
  { classOrMsg, msgIncludes, msg }: Expected<E>,
): void {
  if (classOrMsg === undefined || typeof classOrMsg === "string") return;
  if (!(error instanceof Error)) {
    throw new AssertionError(`A non-Error object was thrown${ending(msg)}`);
  }
  if (!(error instanceof classOrMsg)) {
    throw new AssertionError(
      `Expected error to be instance of "${classOrMsg.name}", but was "${error.constructor.name}"${
        ending(msg)
      }`,
      { cause: error },
    );
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    throw new AssertionError(
      `Expected error message to include ${JSON.stringify(msgIncludes)}, but got ${
        JSON.stringify(error.message)
      }${ending(msg)}`,
      { cause: error },
    );
  }
}
