import type { ErrorCode } from "./codes.ts";

/** Characters that cannot be seen but change what is shown: controls, half characters, what is no character, formats such as U+202E. */
const UNSEEN = String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u{fff9}-\u{fffb}]` +
  String.raw`|(?!\p{Variation_Selector})\p{Default_Ignorable_Code_Point}`;

/** Scripts whose spelling needs U+200C and U+200D, which join letters or keep them apart. */
const JOINED = ["Arabic", "Syriac", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati"]
  .concat(["Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar"])
  .map((script) => String.raw`\p{Script=${script}}`).join("");

/** What may stay of these: a joiner after such a letter or between the parts of an emoji, and the letters in the flag of a region. */
const KEPT = String.raw`(?<=[${JOINED}])[\u{200c}\u{200d}]` +
  String.raw`|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}])\u{200d}` +
  String.raw`|\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{3,6}\u{e007f}`;

const FOUND = new RegExp(`(${KEPT})|${UNSEEN}`, "gu");
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text with escapes in place of characters that cannot be seen: `\n`, `\u{1b}`, `\u{202e}`. What has passed once passes unchanged. */
export function visibleLine(text: string): string {
  return text.replace(FOUND, (found, kept?: string) => kept ?? SHORT[found] ?? escapeOf(found));
}

/** The same for a text of several lines: line feeds and tabs stay too. */
export function visibleText(text: string): string {
  return text.replace(FOUND, (found, kept?: string) => {
    if (kept !== undefined || found === "\n" || found === "\t") return found;
    return SHORT[found] ?? escapeOf(found);
  });
}

/** Makes objects of this prototype print themselves as their text. */
export function printsItself(prototype: object): void {
  const text = {
    value(this: object): string {
      return visibleText(this.toString());
    },
  };
  Object.defineProperty(prototype, Symbol.for("Deno.customInspect"), text);
}

function escapeOf(letter: string): string {
  return `\\u{${letter.codePointAt(0)!.toString(16)}}`;
}

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

/** The code of a system error, e.g. `ENOENT`; empty if it has none. */
export function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  if ("code" in cause) return String(cause.code);
  return UNCODED.find(([message]) => message.test(cause.message))?.[1] ?? "";
}

/** Errors of the system to which Deno gives no code. */
const UNCODED = [[/^Dis[kc] quota exceeded/, "EDQUOT"], [/^File too large/, "EFBIG"]] as const;

/** Why a file cannot be read. */
export function readingFailure(cause: unknown): string {
  const code = codeOf(cause);
  if (isNamed(cause, "NotFound")) return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOTDIR") return "a file stands where a folder is expected";
  if (code === "ENAMETOOLONG") return "its name is too long";
  const forbidden = code === "EACCES" || code === "EPERM" ||
    isNamed(cause, "NotCapable");
  if (forbidden) return "it may not be read";
  return isTooLong(cause)
    ? `it is larger than the ${
      MOST_CHARACTERS.toLocaleString("en")
    } characters that a text can have`
    : firstLine(cause);
}

/** Whether an error has a name; the system's errors have the names of Deno's classes. */
function isNamed(cause: unknown, name: string): boolean {
  return cause instanceof Error && cause.name === name;
}

const MOST_CHARACTERS = 2 ** 29 - 24; // most UTF-16 code units of a text in V8, which Deno runs on

/** Whether an error says that a text would be too long, in the words of V8 or Deno. */
function isTooLong(cause: unknown): boolean {
  return cause instanceof Error &&
    /buffer exceeds maximum length|Invalid string length/.test(cause.message);
}

/** The message of the tokeniser's library, unless its own code crashed. */
export function libraryLine(cause: unknown): string {
  const stumbles = cause instanceof TypeError || cause instanceof RangeError;
  return stumbles ? "a part of tokenizer.json is missing or of another form" : firstLine(cause);
}

export function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n", 1)[0]!.trim().replace(/\.$/, "");
}

/** A value quoted for a message, cut to 80 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = beginning(value, SHOWN) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

const SHOWN = 80; // characters

/** A value as JSON; of a text that has more than the given number of characters, at least these and one more, however large or deep the value is. */
function beginning(value: unknown, most: number): string | undefined {
  if (typeof value === "string") return JSON.stringify(value.slice(0, most + 1));
  if (typeof value === "bigint") return `${value}`;
  if (typeof value !== "object" || value === null || "toJSON" in value) {
    return JSON.stringify(value);
  }
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  for (const key of isList ? value.keys() : Object.keys(value)) {
    if (text.length > most) return text;
    const name = isList ? "" : `${beginning(`${key}`, most)}:`;
    const left = Math.max(0, most - text.length - name.length);
    const inner = beginning(Reflect.get(value, key), left);
    if (inner === undefined && !isList) continue;
    text += `${text.length > 1 ? "," : ""}${name}${inner ?? "null"}`;
  }
  return text + (isList ? "]" : "}");
}
