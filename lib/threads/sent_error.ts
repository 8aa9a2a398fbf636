/** Errors on their way from one thread to another, where an Error of a class of one's own arrives as a plain Error. */

import { type ErrorCode, type ErrorParts, firstLine, NegscopeError } from "../errors.ts";

/** A {@linkcode NegscopeError} as plain data. */
interface SentError {
  readonly negscope: { readonly code: ErrorCode; readonly parts: ErrorParts };
  /** Where it was thrown, in the other thread. */
  readonly stack: string | undefined;
}

/**
 * An error as a message can carry it. What cannot be copied to another thread becomes an Error that says the same.
 *
 * @param error What was thrown.
 */
export function sendableError(error: unknown): unknown {
  if (!(error instanceof NegscopeError)) return copyable(error);
  const { code, problem, subject, reason, expected, fix, cause, stack } = error;
  const parts = { problem, subject, reason, expected, fix, cause: sendableError(cause) };
  return { negscope: { code, parts }, stack } satisfies SentError;
}

/**
 * The error that a message carried.
 *
 * @param sent What {@linkcode sendableError} made.
 */
export function receivedError(sent: unknown): unknown {
  if (!isSentError(sent)) return sent;
  const { code, parts } = sent.negscope;
  const error = new NegscopeError(code, { ...parts, cause: receivedError(parts.cause) });
  if (sent.stack !== undefined) error.stack = sent.stack;
  return error;
}

function copyable(error: unknown): unknown {
  try {
    structuredClone(error);
    return error;
  } catch {
    return new Error(firstLine(error)); // it holds a function, for example
  }
}

function isSentError(sent: unknown): sent is SentError {
  return typeof sent === "object" && sent !== null && "negscope" in sent;
}
