/** Values that are written as Python's `repr` writes them: parsed, never evaluated. */

/** What a literal stands for; tuples and sets are lists, dictionaries are maps. */
export type PythonValue =
  | string
  | number
  | boolean
  | null
  | readonly PythonValue[]
  | ReadonlyMap<PythonValue, PythonValue>;

/** The most brackets within each other. */
const DEEPEST = 50;

const NUMBER = /[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;
const SPACE = /(?:\s|#[^\n]*)*/y;
const CLOSING = { "[": "]", "(": ")", "{": "}" } as const;
const NAMES: ReadonlyMap<string, PythonValue> = new Map<string, PythonValue>([
  ["None", null],
  ["True", true],
  ["False", false],
]);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ...[["\\", "\\"], ["'", "'"], ['"', '"'], ["a", "\x07"], ["b", "\b"], ["f", "\f"]] as const,
  ...[["n", "\n"], ["r", "\r"], ["t", "\t"], ["v", "\v"], ["\n", ""]] as const,
]);
const DIGITS: ReadonlyMap<string, number> = new Map([["x", 2], ["u", 4], ["U", 8]]);

/**
 * Reads a literal of strings, numbers, lists, tuples, sets, dictionaries, `None`, `True` and `False`.
 *
 * @throws {SyntaxError} If the text is anything else.
 */
export function parsePythonLiteral(text: string): PythonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): PythonValue {
    if (depth > DEEPEST) throw new SyntaxError(`it is nested more than ${DEEPEST} deep`);
    this.#take(SPACE);
    const first = this.#text[this.#at] ?? "";
    if (first === "'" || first === '"') return this.#strings();
    if (first === "[" || first === "(" || first === "{") return this.#items(first, depth);
    const number = this.#take(NUMBER);
    if (number !== "") return Number(number.replaceAll("_", ""));
    const place = this.#at;
    const name = this.#take(NAME);
    const value = NAMES.get(name);
    if (value !== undefined) return value;
    throw this.#unexpected(place);
  }

  end(): void {
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #items(opening: keyof typeof CLOSING, depth: number): PythonValue {
    const closing = CLOSING[opening];
    const items: PythonValue[] = [];
    const map = new Map<PythonValue, PythonValue>();
    let [commas, isMap] = [0, false];
    this.#at++;
    for (;;) {
      this.#take(SPACE);
      if (this.#takeText(closing)) break;
      if (items.length > commas) throw this.#unexpected();
      const item = this.value(depth + 1);
      this.#take(SPACE);
      if (opening === "{" && (isMap || items.length === 0) && this.#takeText(":")) {
        isMap = true;
        map.set(item, this.value(depth + 1));
        this.#take(SPACE);
      } else if (isMap) throw this.#unexpected();
      items.push(item);
      if (this.#takeText(",")) commas++;
    }
    if (opening === "{" && (isMap || items.length === 0)) return map;
    return opening === "(" && items.length === 1 && commas === 0 ? items[0]! : items;
  }

  /** A string, or several that stand beside each other. */
  #strings(): string {
    let whole = "";
    for (;;) {
      const quote = this.#text[this.#at];
      if (quote !== "'" && quote !== '"') return whole;
      whole += this.#string(quote);
      this.#take(SPACE);
    }
  }

  #string(quote: string): string {
    const begin = this.#at++;
    const parts: string[] = [];
    for (;;) {
      const mark = this.#text[this.#at];
      if (mark === undefined || mark === "\n") {
        throw new SyntaxError(`the string at character ${begin + 1} does not end`);
      }
      this.#at++;
      if (mark === quote) return parts.join("");
      parts.push(mark === "\\" ? this.#escaped() : mark);
    }
  }

  #escaped(): string {
    const mark = this.#text[this.#at++] ?? "";
    const known = ESCAPES.get(mark);
    if (known !== undefined) return known;
    const octal = /[0-7]{1,3}/y;
    octal.lastIndex = this.#at - 1;
    const [digits] = octal.exec(this.#text) ?? [];
    if (digits !== undefined) {
      this.#at += digits.length - 1;
      return String.fromCodePoint(parseInt(digits, 8));
    }
    const count = DIGITS.get(mark);
    if (count === undefined) return `\\${mark}`; // as Python reads an escape that it does not know
    const hex = this.#text.slice(this.#at, this.#at + count);
    const code = /^[\da-fA-F]+$/.test(hex) && hex.length === count ? parseInt(hex, 16) : Infinity;
    if (code > 0x10ffff) throw this.#unexpected(this.#at - 2);
    this.#at += count;
    return String.fromCodePoint(code);
  }

  #takeText(mark: string): boolean {
    const found = this.#text[this.#at] === mark;
    if (found) this.#at++;
    return found;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #unexpected(at = this.#at): SyntaxError {
    const rest = this.#text.slice(at, at + 12);
    return new SyntaxError(
      rest === "" ? "it ends too early" : `${JSON.stringify(rest)} at character ${at + 1}`,
    );
  }
}
