import { type Files, MOST_BYTES, textOf } from "../reading/files.ts";
import { decimal, jsonFailure, parseJson } from "../reading/json.ts";
import { NegscopeError, readingFailure } from "../errors/errors.ts";

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
  return {
    help,
    placeholder,
    expected,
    standard: undefined,
    parse: (text, files) => {
      if (text === "") return undefined;
      const isContent = text.trimStart().startsWith("{");
      const file = isContent ? "the given value" : text;
      let content: unknown;
      try {
        content = parseJson(isContent ? text : textIn(text, files));
      } catch (cause) {
        throw new NegscopeError("file-malformed", {
          problem: `Cannot read file "${file}"`,
          reason: cause instanceof SyntaxError
            ? `it cannot be read as JSON (${jsonFailure(cause)})`
            : readingFailure(cause),
          expected: `a file with ${expected}`,
          cause,
        });
      }
      return read(content, file);
    },
    print: (value) => value === undefined ? undefined : JSON.stringify(value),
    brief: (value) => value === undefined ? "" : brief(value),
  };
}

function textIn(path: string, files: Files | undefined): string {
  if (files === undefined) throw new Error("no file can be read here");
  using file = files.open(path);
  file.checkSize(MOST_BYTES.page);
  return textOf(file.readSync(0, file.size));
}

/** One option of a study or an experiment. */
export interface Option<Value> {
  /** What it does, in a few words. */
  readonly help: string;
  /** The placeholder for the value in the help; absent for a switch, which is off unless it is given. */
  readonly placeholder?: string;
  /** The default value. */
  readonly standard: Value;
  /** What a value must be, for messages. */
  readonly expected: string;
  /**
   * Reads a value; undefined if the text is not a value of this option.
   *
   * @param text The text.
   * @param files The way to read a file that the text names. @default {none: no file can be named}
   */
  parse(text: string, files?: Files): Value | undefined;
  /** Writes a value as text; undefined if there is nothing to write. */
  print(value: Value): string | undefined;
  /** Finds the wrong part of a text. @default {the whole text} */
  wrongPart?(text: string): string;
  /** Names a value in a summary, where {@linkcode Option.print} writes much. @default {as it is printed} */
  brief?(value: Value): string;
}

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, Option<unknown>>>;

/** The values of options. */
export type OptionsOf<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends Option<infer Value> ? Value : never;
};

/**
 * Makes an option with one value from a fixed set.
 *
 * @param choices The set.
 * @param spec The default, and the help.
 */
export function choice<Choice extends string>(
  choices: readonly Choice[],
  { standard, help }: { readonly standard: Choice; readonly help: string },
): Option<NoInfer<Choice>> {
  return {
    help,
    standard,
    placeholder: choices.join("|"),
    expected: choices.join(" or "),
    parse: (text) => choices.find((choice) => choice === text),
    print: (value) => value,
  };
}

function partsOf(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

/**
 * Makes an option with a list of values from a fixed set, kept in the set's order.
 *
 * @param choices The set.
 * @param spec The default, and the help.
 */
export function list<Choice extends string>(
  choices: readonly Choice[],
  { standard, help }: { readonly standard: readonly Choice[]; readonly help: string },
): Option<readonly NoInfer<Choice>[]> {
  const isKnown = (part: string) => choices.some((choice) => choice === part);
  return {
    help,
    standard,
    placeholder: "LIST",
    expected: `a list of ${choices.join(", ")}`,
    parse: (text) => {
      const given = partsOf(text);
      return given.every(isKnown) ? choices.filter((choice) => given.includes(choice)) : undefined;
    },
    print: String, // an array is written with commas
    wrongPart: (text) => partsOf(text).find((part) => !isKnown(part)) ?? text,
  };
}

/** A list that may be empty: its text is then `none`, by itself. */
export function orNone<Value>(own: Option<readonly Value[]>): Option<readonly Value[]> {
  return {
    ...own,
    expected: `${own.expected}, or none by itself`,
    parse: (text) => text.trim() === "none" ? [] : own.parse(text),
    print: (value) => value.length === 0 ? "none" : own.print(value),
  };
}

/**
 * Makes an option with a whole number, or without a default no value.
 *
 * @param spec The bounds of the number, both included, the default, and the help.
 */
export function wholeNumber<Standard extends number | undefined = undefined>(
  { min, max, standard, help }: {
    readonly min: number;
    readonly max: number;
    readonly standard?: Standard;
    readonly help: string;
  },
): Option<number | Standard> {
  return {
    help,
    standard: standard as Standard,
    placeholder: "N",
    expected: `a whole number from ${min} to ${max}`,
    parse: (text) => {
      const value = /^\d+$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
    print: (value) => value?.toString(),
  };
}

/**
 * Makes an option with a number.
 *
 * @param spec The bounds of the number, both included, the default, and the help.
 */
export function amount(
  { min, max, standard, help }: {
    readonly min: number;
    readonly max: number;
    readonly standard: number;
    readonly help: string;
  },
): Option<number> {
  return {
    help,
    standard,
    placeholder: "N",
    expected: `a number from ${min} to ${max}`,
    parse: (text) => {
      const value = decimal(text);
      return value >= min && value <= max ? value : undefined;
    },
    print: String,
  };
}

/**
 * Makes an option with a list of numbers, kept in rising order and each once, or no value.
 *
 * @param spec The bounds of the numbers, both included, and the help.
 */
export function numbers(
  { min, max, help }: { readonly min: number; readonly max: number; readonly help: string },
): Option<readonly number[] | undefined> {
  const isNumber = (part: string) => decimal(part) >= min && decimal(part) <= max;
  return {
    help,
    standard: undefined,
    placeholder: "LIST",
    expected: `a list of numbers from ${min} to ${max}, such as 0,0.5`,
    parse: (text) => {
      const parts = partsOf(text);
      if (!parts.every(isNumber)) return undefined;
      return [...new Set(parts.map(Number))].sort((a, b) => a - b);
    },
    print: (value) => value?.join(),
    wrongPart: (text) => partsOf(text).find((part) => !isNumber(part)) ?? text,
  };
}

/**
 * Makes an option that is on or off.
 *
 * @param help What it does.
 */
export function toggle(help: string): Option<boolean> {
  return {
    help,
    standard: false,
    expected: "true or false",
    parse: (text) => text === "true" ? true : text === "false" ? false : undefined,
    print: String,
  };
}

/**
 * Makes an option with any text, such as a path, or no value.
 *
 * @param spec The placeholder, and the help.
 */
export function freeText(
  { placeholder, help }: { readonly placeholder: string; readonly help: string },
): Option<string | undefined> {
  return {
    help,
    placeholder,
    standard: undefined,
    expected: "a text that is not empty",
    parse: (text) => text === "" ? undefined : text,
    print: (value) => value,
  };
}

/** An option that has a value only if it is given; the experiment completes its default. `words`: its help and placeholder, if others. */
export function ifGiven<Value>(
  option: Option<Value>,
  words: Partial<Pick<Option<Value>, "help" | "placeholder">> = {},
): Option<Value | undefined> {
  return {
    ...option,
    help: `${option.help} (default: ${option.print(option.standard)})`,
    ...words,
    standard: undefined,
    print: (value) => value === undefined ? undefined : option.print(value),
  };
}
