/** Sends errors from one thread to another, where an error of a custom class would arrive as a plain Error. */

import { type ErrorCode, type ErrorParts, firstLine, NegscopeError } from "../errors.ts";

interface SentError {
  readonly negscope: { readonly code: ErrorCode; readonly parts: ErrorParts };
  readonly stack: string | undefined;
}

/** An error in a form that a message can carry. One that cannot be copied to another thread becomes an Error with its first line. */
export function sendableError(error: unknown): unknown {
  if (!(error instanceof NegscopeError)) return copyable(error);
  const { code, problem, subject, reason, expected, fix, gist, details, cause, stack } = error;
  const said = { problem, subject, reason, expected, fix, gist, details };
  const parts = { ...said, cause: sendableError(cause) };
  return { negscope: { code, parts }, stack } satisfies SentError;
}

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
