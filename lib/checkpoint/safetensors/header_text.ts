/**
 * The header of a safetensors file, read in one pass that ends at the first thing that does not belong there: unlike `JSON.parse`, it
 * notices a name that stands twice, and builds nothing large before it is checked.
 */

import { shown } from "../../errors.ts";

/** A tensor as the header describes it; the values are not checked against each other. */
export interface HeaderEntry {
  /** The name of its number type, e.g. `F32`. */
  readonly dtype: string;
  /** The size of each axis: whole numbers from 0. */
  readonly shape: readonly number[];
  /** The first byte and the byte after the last, from the end of the header. */
  readonly offsets: readonly number[];
}

/** More axes than any tensor has. */
const MOST_AXES = 64;
/** Entries of all objects, four for each tensor: more than the largest published models have. */
const MOST_ENTRIES = 400_000;
const METADATA = "__metadata__";

/** Reads a header. Returns the tensors by name, in the order of the text. */
export function parseHeader(text: string): Map<string, HeaderEntry> {
  const scan = new Scanner(text);
  const entries = new Map<string, HeaderEntry>();
  let hasMetadata = false;
  scan.object((name) => {
    if (name === METADATA) {
      if (hasMetadata) throw new SyntaxError(`"${METADATA}" stands there twice`);
      hasMetadata = true;
      scan.object(() => scan.text());
      return;
    }
    if (entries.has(name)) throw new SyntaxError(`the name ${shown(name)} stands there twice`);
    entries.set(name, tensor(scan, name));
  });
  scan.end();
  return entries;
}

function tensor(scan: Scanner, name: string): HeaderEntry {
  let dtype: string | undefined, shape: number[] | undefined, offsets: number[] | undefined;
  scan.object((key) => {
    if (key === "dtype" && dtype === undefined) dtype = scan.text();
    else if (key === "shape" && shape === undefined) shape = scan.numbers(MOST_AXES);
    else if (key === "data_offsets" && offsets === undefined) offsets = scan.numbers(2);
    else {throw new SyntaxError(
        `${shown(name)} has ${shown(key)} twice, or as an unknown entry`,
      );}
  });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    throw new SyntaxError(`${shown(name)} lacks its dtype, shape or data_offsets`);
  }
  return { dtype, shape, offsets };
}

/** Reads the parts of JSON that a header has. */
class Scanner {
  readonly #text: string;
  #at = 0;
  #entries = 0; // of all objects

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads an object; the function reads the value of each key. */
  object(value: (key: string) => void): void {
    this.#expect("{");
    if (this.#accept("}")) return;
    do {
      if (++this.#entries > MOST_ENTRIES) {
        throw new SyntaxError(`it has more than ${MOST_ENTRIES} entries`);
      }
      const key = this.text();
      this.#expect(":");
      value(key);
    } while (this.#accept(","));
    this.#expect("}");
  }

  /** Reads a list of whole numbers from 0. */
  numbers(most: number): number[] {
    const numbers: number[] = [];
    this.#expect("[");
    if (this.#accept("]")) return numbers;
    do {
      if (numbers.length === most) throw this.#wrong(`a list of at most ${most} numbers`);
      numbers.push(this.#number());
    } while (this.#accept(","));
    this.#expect("]");
    return numbers;
  }

  text(): string {
    this.#space();
    const start = this.#at;
    if (this.#text[start] !== '"') throw this.#wrong("a text in quotes");
    for (let end = this.#text.indexOf('"', start + 1); end > 0;) {
      let backslashes = 0;
      while (this.#text[end - 1 - backslashes] === "\\") backslashes++;
      this.#at = end + 1;
      if (backslashes % 2 === 0) return JSON.parse(this.#text.slice(start, end + 1));
      end = this.#text.indexOf('"', end + 1);
    }
    throw this.#wrong("the end of a text");
  }

  /** Checks that nothing but spaces follows. */
  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#wrong("the end of the header");
  }

  #number(): number {
    this.#space();
    const start = this.#at;
    let value = 0;
    for (;; this.#at++) {
      const digit = this.#text.charCodeAt(this.#at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      if (!Number.isSafeInteger(value)) throw this.#wrong("a number below 2^53");
    }
    if (this.#at === start) throw this.#wrong("a whole number from 0");
    return value;
  }

  #accept(letter: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }

  #expect(letter: string): void {
    if (!this.#accept(letter)) throw this.#wrong(`"${letter}"`);
  }

  #space(): void {
    while (" \n\r\t".includes(this.#text[this.#at] ?? "x")) this.#at++;
  }

  #wrong(expected: string): SyntaxError {
    return new SyntaxError(`at character ${this.#at} of the header it lacks ${expected}`);
  }
}
