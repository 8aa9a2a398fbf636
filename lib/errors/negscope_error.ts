/** The error class of the kit. */

import type { ErrorCode } from "./codes.ts";
import { visibleLine } from "./visible.ts";

export type { ErrorCode };

/**
 * The parts of an error, in the order of its message: `PROBLEM: REASON; expected EXPECTED; FIX`, then the details. Characters in them
 * that cannot be seen are written as escapes, and a part is cut to 4,000 characters, except in the subject.
 */
export interface ErrorParts {
  /** What could not be done, with the thing in quotes, e.g. `Cannot read data file "pairs.csv"`. */
  readonly problem: string;
  /** The thing itself, as given: a path, a name or a number. @default {what stands first in quotes in the problem} */
  readonly subject?: string | number | undefined;
  /** Why it could not be done: what was found instead, or the message of the system or a library. */
  readonly reason?: string | undefined;
  /** What would have been right, e.g. `a whole number from 1`. */
  readonly expected?: string | undefined;
  /** What to do about it. */
  readonly fix?: string | undefined;
  /** Of an error about one row of the data: why it cannot be used, in a few words, e.g. `its image is missing`. The row can be left out. */
  readonly gist?: string | undefined;
  /** What is wrong one by one, such as bad rows of a file; each becomes a line below the message's first. */
  readonly details?: readonly string[] | undefined;
  /** The error of the system or of a library that caused it. */
  readonly cause?: unknown;
}

/**
 * An error that the kit throws on purpose. Its message is one line in sentence case without a final full stop; if there are details,
 * each is an indented line below. docs/errors.md explains it under its code.
 *
 * Any other error that is thrown is a fault of the kit, or of the code that it was given to run.
 */
export class NegscopeError extends Error implements ErrorParts {
  /** The name that a printed error begins with. */
  override readonly name = "NegscopeError";
  /** Which error it is; a heading of docs/errors.md. */
  readonly code: ErrorCode;
  /** What could not be done. */
  readonly problem: string;
  /** The thing as given: a path, a name or a number. */
  readonly subject: string | number | undefined;
  /** Why it could not be done. */
  readonly reason: string | undefined;
  /** What would have been right. */
  readonly expected: string | undefined;
  /** What to do about it. */
  readonly fix: string | undefined;
  /** Of an error about one row of the data: why it cannot be used, in a few words. */
  readonly gist: string | undefined;
  /** What is wrong one by one; usually nothing. */
  readonly details: readonly string[];

  /**
   * Makes an error.
   *
   * @param code Which error it is.
   * @param parts Its parts, see {@linkcode ErrorParts}.
   */
  constructor(code: ErrorCode, parts: ErrorParts) {
    const said = visibleParts(parts);
    super(
      [messageOf(said), ...said.details].join("\n  "),
      parts.cause === undefined ? {} : { cause: parts.cause },
    );
    this.code = code;
    this.problem = said.problem;
    this.subject = parts.subject ?? /"([^"]*)"/.exec(parts.problem)?.[1];
    this.reason = said.reason;
    this.expected = said.expected;
    this.fix = said.fix;
    this.gist = said.gist;
    this.details = said.details;
  }
}

/** Whether an error reports wrong use of a task, which ends with exit code 2 instead of 1. */
export function isUsage(error: unknown): boolean {
  return error instanceof NegscopeError && error.code.startsWith("usage-");
}

/** The first line of the message of an error with these parts; absent parts are left out. */
export function messageOf({ problem, reason, expected, fix }: ErrorParts): string {
  const rest = [reason, expected && `expected ${expected}`, fix].filter(Boolean).join("; ");
  return rest === "" ? problem : `${problem}: ${rest}`;
}

/** The most characters of a part: a cell or a key of a damaged file may have millions. */
const LONGEST = 4_000;

function visiblePart(text: string): string {
  return visibleLine(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

function visibleParts({ problem, reason, expected, fix, gist, details = [] }: ErrorParts) {
  const visible = (text: string | undefined) => text === undefined ? undefined : visiblePart(text);
  return {
    problem: visiblePart(problem),
    reason: visible(reason),
    expected: visible(expected),
    fix: visible(fix),
    gist: visible(gist),
    details: details.map(visiblePart),
  };
}
