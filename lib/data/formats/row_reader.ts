/** Reads the values of a row of a data file and checks each. */

import { NegscopeError, shown } from "../../errors.ts";
import { decimal, isObject } from "../../reading/json.ts";

/** The most characters of a text in a row; no model reads a sentence of as many. */
const LONGEST = 10_000;

export interface RowPlace {
  readonly source: string;
  /** The row, e.g. `pair "existence_7" (row 8)`. */
  readonly where: string;
}

export interface NumberRange {
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

  number(key: string, range: NumberRange): number {
    const value = this.#values[key];
    const { min, max = Infinity, whole = false } = range;
    const fits = typeof value === "number" && Number.isFinite(value) && value >= min &&
      value <= max;
    if (!fits || (whole && !Number.isInteger(value))) throw this.#wrong(key, describe(range));
    return value;
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

function describe({ min, max, whole = false }: NumberRange): string {
  const kind = whole ? "a whole number" : "a number";
  return max === undefined ? `${kind} of at least ${min}` : `${kind} from ${min} to ${max}`;
}
