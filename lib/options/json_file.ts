/** An option whose value is what a JSON file holds. */

import { NegscopeError, readingFailure } from "../errors.ts";
import { jsonFailure, parseJson } from "../reading/json.ts";
import { type Files, MOST_BYTES, textOf } from "../reading/files.ts";
import type { Option } from "./option.ts";

/** What the file of an option is, see {@linkcode jsonFile}. */
export interface JsonFileOption<Value> {
  /** What `--help` shows for the file, such as `FILE`. */
  readonly placeholder: string;
  /** What the option does, in a few words. */
  readonly help: string;
  /** What the file must hold, for messages. */
  readonly expected: string;
  /** Takes what it needs from the content of the file. */
  readonly read: (content: unknown, file: string) => Value;
  /** Names a value in a summary. */
  readonly brief: (value: Value) => string;
}

const GIVEN = "the given value";

/**
 * Makes an option with what a JSON file holds, or no value. The file is read when the option is.
 *
 * The value is the content and not the file: it is written as JSON, and a text that begins with `{` is read as that. So a manifest says
 * which content a run had, wherever the file was, and a run is repeated or merged without the file.
 *
 * @param spec What the file is.
 */
export function jsonFile<Value extends object>(
  { placeholder, help, expected, read, brief }: JsonFileOption<Value>,
): Option<Value | undefined> {
  const contentOf = (text: string, files?: Files): [unknown, string] => {
    if (text.trimStart().startsWith("{")) return [parsed(text, GIVEN, expected), GIVEN];
    return [parsed(readFile(text, expected, files), text, expected), text];
  };
  return {
    help,
    placeholder,
    expected,
    standard: undefined,
    parse: (text, files) => text === "" ? undefined : read(...contentOf(text, files)),
    print: (value) => value === undefined ? undefined : JSON.stringify(value),
    brief: (value) => value === undefined ? "" : brief(value),
  };
}

function readFile(path: string, expected: string, files?: Files): string {
  try {
    if (files === undefined) throw new Error("no file can be read here");
    using file = files.open(path);
    file.checkSize(MOST_BYTES.page);
    return textOf(file.readSync(0, file.size));
  } catch (cause) {
    throw fileUnreadable(path, { expected, reason: readingFailure(cause), cause });
  }
}

function parsed(text: string, file: string, expected: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw fileUnreadable(file, {
      expected,
      reason: `it cannot be read as JSON (${jsonFailure(cause)})`,
      cause,
    });
  }
}

function fileUnreadable(
  file: string,
  parts: { readonly expected: string; readonly reason: string; readonly cause: unknown },
): NegscopeError {
  return new NegscopeError("file-malformed", {
    problem: `Cannot read file "${file}"`,
    ...parts,
    expected: `a file with ${parts.expected}`,
  });
}
