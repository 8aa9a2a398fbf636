/** What a data format is, and how its rows are read: each value checked, each row used, left out for a reason, or noted with all that is wrong with it. */

import { distance } from "fastest-levenshtein";
import { NegscopeError, shown } from "../../errors/errors.ts";
import { decimal, isObject, jsonFailure, jsonKeys } from "../../reading/json.ts";
import { type BadRow, RowProblems } from "../bad_rows.ts";
import type { Dropped, Pair, Protocol } from "../pairs.ts";

/** The rows of a data file. */
export interface DataRows {
  /** The rows to use, in the order of the file. */
  readonly pairs: readonly Pair[];
  /** The other rows, in the order of the file. */
  readonly dropped: readonly Dropped[];
  /** The number of all rows of the file, used or not. */
  readonly rows: number;
}

/** The rows of a data file as its format reads them; the caller decides whether bad rows are an error or left out. */
export interface ReadRows extends DataRows {
  readonly bad: readonly BadRow[]; // rows that cannot be used, in the order of the file
}

export interface ReadOptions {
  readonly source: string;
  readonly protocol: Protocol; // how the sentences of a pair are aligned
  /** Whether the sentences will be aligned; if not, those of a list may differ in any way. @default {true} */
  readonly aligned?: boolean;
}

/** A kind of data file. A file is read by the first format that recognises it. */
export interface DataFormat {
  readonly name: string;
  readonly form: string; // how such a file looks, for the message about a file in no known format
  readonly textOnly?: true; // whether its rows are sentences without images; default: false
  /** Whether a file is in this format, judged by its first characters. */
  matches(text: string): boolean;
  read(text: string, options: ReadOptions): ReadRows;
}

/** The value of a data file's JSON, and the keys of its outermost object in the order of the file. A repeated key is an error. */
export function parseJsonRows(
  text: string,
  source: string,
): { readonly value: unknown; readonly keys: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NegscopeError("file-malformed", {
      problem: `Cannot read "${source}" as JSON`,
      reason: jsonFailure(error),
      fix: "correct it or write it again",
      cause: error,
    });
  }
  const { outermost: keys, repeated } = jsonKeys(text);
  if (repeated === undefined) return { value, keys };
  const { key, depth, line } = repeated;
  const again = `${shown(key)} is there again in line ${line}`;
  if (depth === 0) {
    throw new NegscopeError("row-wrong", {
      problem: `Cannot read pair ${shown(key)} from "${source}"`,
      subject: key,
      reason: `each id must be unique, but ${again}`,
    });
  }
  throw new NegscopeError("data-columns-wrong", {
    problem: `Cannot read pairs from "${source}"`,
    subject: key,
    reason: `a row must have each key once, but ${again}`,
    fix: "rename or remove one",
  });
}

export function dataEmpty(source: string, reason: string): NegscopeError {
  return new NegscopeError("rows-too-few", {
    problem: `Cannot use data file "${source}"`,
    reason,
    expected: "at least one pair",
  });
}

export function allDropped(
  source: string,
  rows: number,
  dropped: readonly Pick<Dropped, "reason">[],
): NegscopeError {
  const reasons = [...new Set(dropped.map(({ reason }) => reason))].join("; ");
  return dataEmpty(source, `each of its ${rows} rows was dropped (${reasons})`);
}

const LONGEST = 10_000; // most characters of a text in a row; no model reads a sentence of as many

export interface RowPlace {
  readonly source: string;
  readonly where: string; // row, e.g. `pair "existence_7" (row 8)`
}

interface NumberRange {
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/** A row of a data file; every error names the file, the row, the key, the value and what was expected. */
export class RowReader {
  readonly #place: RowPlace;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(values: Readonly<Record<string, unknown>>, place: RowPlace, path = "") {
    this.#values = values;
    this.#place = place;
    this.#path = path;
  }

  static of(value: unknown, place: RowPlace): RowReader {
    if (isObject(value)) return new RowReader(value, place);
    throw new NegscopeError("row-wrong", {
      problem: `Cannot read ${place.where} from "${place.source}"`,
      subject: place.where,
      reason: `it is ${shown(value)}`,
      expected: "an object",
      gist: "it is not an object",
    });
  }

  text(key: string): string {
    const value = this.#values[key];
    if (typeof value !== "string" || value.trim() === "") {
      throw this.#wrong(key, "a text that is not empty");
    }
    if (value.length > LONGEST) {
      throw this.#wrong(key, `a text of at most ${LONGEST.toLocaleString("en")} characters`);
    }
    if (!value.isWellFormed()) throw this.#wrong(key, "a text of whole characters");
    return value;
  }

  oneOf<T extends string>(key: string, choices: readonly T[]): T {
    const value = this.text(key);
    const choice = choices.find((text) => text === value);
    if (choice !== undefined) return choice;
    throw this.#wrong(key, choices.map((text) => `"${text}"`).join(" or "));
  }

  number(key: string, { min, max, whole = false }: NumberRange): number {
    const value = this.#values[key];
    const isNumber = typeof value === "number" &&
      (whole ? Number.isInteger(value) : Number.isFinite(value));
    if (isNumber && value >= min && value <= (max ?? Infinity)) return value;
    const kind = whole ? "a whole number" : "a number";
    const range = max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
    throw this.#wrong(key, `${kind} ${range}`);
  }

  /** A number that may be absent, null or empty. */
  optionalNumber(key: string, range: NumberRange): number | undefined {
    return this.optional(key) === undefined ? undefined : this.number(key, range);
  }

  /** Whatever a key holds; undefined if it is absent, null or empty. */
  optional(key: string): unknown {
    const value = this.#values[key];
    return value === null || value === "" ? undefined : value;
  }

  get keys(): string[] {
    return Object.keys(this.#values);
  }

  /** The texts of a list with at least one. */
  texts(key: string): string[] {
    return this.#each(key, "a list of texts", (item, i) => item.text(i));
  }

  /** The numbers of a list with at least one. */
  numbers(key: string, range: NumberRange): number[] {
    return this.#each(key, "a list of numbers", (item, i) => item.number(i, range));
  }

  /** The lists of numbers in a list with at least one. */
  numberLists(key: string, range: NumberRange): number[][] {
    return this.#each(key, "a list of lists", (items, i) => items.numbers(i, range));
  }

  /** The objects of a list with at least one. */
  rows(key: string): RowReader[] {
    return this.#each(key, "a list of objects", (items, i) => items.within(i));
  }

  /** The same row with numbers for the texts of some keys that spell one. */
  withNumbers(...keys: readonly string[]): RowReader {
    const spelled = keys.flatMap((key) => {
      const value = this.#values[key];
      const number = typeof value === "string" ? decimal(value) : NaN;
      return Number.isNaN(number) ? [] : [[key, number] as const];
    });
    const values = { ...this.#values, ...Object.fromEntries(spelled) };
    return new RowReader(values, this.#place, this.#path);
  }

  #each<Value>(
    key: string,
    expected: string,
    read: (items: RowReader, place: string) => Value,
  ): Value[] {
    const value = this.#values[key];
    if (!Array.isArray(value) || value.length === 0) throw this.#wrong(key, expected);
    const items = new RowReader({ ...value }, this.#place, `${this.#path}${key}.`);
    return value.map((_, i) => read(items, `${i}`));
  }

  within(key: string): RowReader {
    const value = this.#values[key];
    if (!isObject(value)) throw this.#wrong(key, "an object");
    return new RowReader(value, this.#place, `${this.#path}${key}.`);
  }

  #wrong(key: string, expected: string): NegscopeError {
    const found = shown(this.#values[key]);
    return new NegscopeError("row-wrong", {
      problem: `Cannot read ${this.#place.where} from "${this.#place.source}"`,
      subject: this.#path + key,
      reason: `"${this.#path}${key}" must be ${expected}, but it is ${found}`,
      gist: `"${this.#path}${key}" is missing or wrong`,
    });
  }
}

/** Reads each row. `read` gives a row, or why a rule of the format leaves it out; it throws what is wrong, or notes it in `problems`. */
export function readEach<
  Given extends {
    readonly id: string;
    readonly where: string;
    readonly value: unknown;
    readonly error?: NegscopeError | undefined;
  },
  Row extends object,
>(
  rows: readonly Given[],
  source: string,
  read: (
    row: RowReader,
    place: Given & RowPlace,
    problems: RowProblems,
  ) => Row | string | undefined,
) {
  const found: Row[] = [];
  const dropped: Dropped[] = [];
  const bad: BadRow[] = [];
  for (const given of rows) {
    const { id, where, value, error } = given;
    const place = { ...given, source };
    const problems = new RowProblems();
    const made = problems.try(() => {
      if (error !== undefined) throw error;
      return read(RowReader.of(value, place), place, problems);
    });
    if (problems.found.length > 0) bad.push({ id, where, problems: problems.found });
    else if (typeof made === "string") dropped.push({ id, reason: made });
    else found.push(made!);
  }
  return { found, dropped, bad };
}

/** Refuses a key that differs from an optional one in case, `_`, `-` and spaces, or a letter, unless that one is there too. */
export function refuseMisspelt(
  keys: readonly string[],
  optional: readonly string[],
  { source, where }: RowPlace,
): void {
  for (const meant of optional) {
    if (keys.includes(meant)) continue;
    const found = keys.find((key) => isLike(plain(key), plain(meant)));
    if (found === undefined) continue;
    throw new NegscopeError("data-columns-wrong", {
      problem: `Cannot read ${where} from "${source}"`,
      subject: found,
      reason: `"${found}" is no key of a row`,
      gist: "a key is misspelt",
      expected: `"${meant}"`,
      fix: "write it so, or give what is something else another name",
    });
  }
}

/** Whether names differ in a letter, or in one of ten letters or more in two, as if neighbours were exchanged. */
function isLike(key: string, name: string): boolean {
  const far = name.length < 10 ? 1 : 2;
  return Math.abs(key.length - name.length) <= far && distance(key, name) <= far;
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[\s_-]/g, "");
}
