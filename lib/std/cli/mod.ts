/**
 * `parseArgs` of `@std/cli`, for places that cannot reach JSR.
 *
 * For the options that the kit uses, types and results are those of the real package. CONTRIBUTING.md says when to delete this folder.
 *
 * @module
 */

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions {
  /** Flags without a value, `false` if absent. */
  boolean?: readonly string[];
  /** Flags whose value is kept as text, empty if there is none. */
  string?: readonly string[];
  /** Flags that may be repeated and make a list; for other flags the last value counts. */
  collect?: readonly string[];
  /** Another name of each flag. */
  alias?: Readonly<Record<string, string>>;
  /** Called with each argument that no option declares; `false` keeps it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The value of each flag by every name, and under `_` the arguments that are not flags. */
// deno-lint-ignore no-explicit-any
export type Args = Record<string, any> & { _: (string | number)[] };

/** Reads command line flags by the rules of minimist. */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const reader = new Reader(options);
  reader.read(args.slice(0, end));
  reader.values._.push(...args.slice(end + 1));
  reader.fillIn();
  return reader.values;
}

class Reader {
  readonly values: Args = { _: [] };
  readonly #options: ParseOptions;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #booleans: ReadonlySet<string>;
  readonly #strings: ReadonlySet<string>;
  readonly #collected: ReadonlySet<string>;

  constructor(options: ParseOptions) {
    const { boolean = [], string = [], collect = [], alias = {} } = options;
    this.#options = options;
    this.#aliases = new Map(Object.entries(alias).flatMap(([a, b]) => [[a, b], [b, a]]));
    const named = (names: readonly string[]) => new Set(names.flatMap((name) => this.#names(name)));
    this.#booleans = named(boolean);
    this.#strings = named(string);
    this.#collected = named(collect);
  }

  read(args: readonly string[]): void {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      if (/^-./s.test(arg)) {
        const next = args[i + 1] || undefined;
        if (arg.startsWith("--") ? this.#long(arg, next) : this.#short(arg, next)) i++;
      } else if (this.#options.unknown?.(arg) !== false) this.values._.push(numberOr(arg));
    }
  }

  /** Sets absent flags to `false` or to an empty list. */
  fillIn(): void {
    const fill = (name: string, value: unknown) => {
      if (!Object.hasOwn(this.values, name)) this.values[name] = value;
    };
    for (const name of this.#booleans) fill(name, this.#collected.has(name) ? [] : false);
    for (const name of this.#strings) if (this.#collected.has(name)) fill(name, []);
  }

  /** Reads `--name`, `--name=value`, `--name value`. Returns whether it took the next argument. */
  #long(arg: string, next: string | undefined): boolean {
    const [, name, value] = /^--(.+?)(?:=(.*))?$/s.exec(arg)!;
    if (value === undefined) {
      return this.#setFrom(name!, { arg, next, mayTake: !next?.startsWith("-") });
    }
    this.#set(name!, this.#booleans.has(name!) ? value !== "false" : value, arg);
    return false;
  }

  /** Reads `-abc`, `-n5`, `-n=5`, `-n 5`, `-abn 5`. Returns whether it took the next argument. */
  #short(arg: string, next: string | undefined): boolean {
    for (let at = 1; at < arg.length - 1; at++) {
      const letter = arg[at]!;
      const rest = arg.slice(at + 1);
      const value = attached(letter, rest);
      this.#set(letter, value ?? this.#absent(letter), arg);
      if (value !== undefined && rest !== "-") return false;
    }
    const last = arg.at(-1)!;
    if (last === "-") return false;
    return this.#setFrom(last, { arg, next, mayTake: !/^--?[^-]/.test(next ?? "") });
  }

  /** Sets a flag from the next argument, if that is its value. Returns whether it is. */
  #setFrom(
    name: string,
    { arg, next, mayTake }: { arg: string; next: string | undefined; mayTake: boolean },
  ): boolean {
    if (next !== undefined && mayTake && !this.#booleans.has(name)) this.#set(name, next, arg);
    else if (next === "true" || next === "false") this.#set(name, next === "true", arg);
    else {
      this.#set(name, this.#absent(name), arg);
      return false;
    }
    return true;
  }

  #set(name: string, value: string | boolean, arg: string): void {
    const isText = this.#strings.has(name);
    const isKnown = this.#aliases.has(name) || this.#booleans.has(name) || isText ||
      this.#collected.has(name);
    if (!isKnown && this.#options.unknown?.(arg, name, value) === false) return;
    for (const key of this.#names(name)) {
      const typed = isText ? value : numberOr(value);
      if (!this.#collected.has(name)) this.values[key] = typed;
      else if (!Object.hasOwn(this.values, key)) this.values[key] = [typed];
      else this.values[key].push(typed);
    }
  }

  #names(name: string): string[] {
    const alias = this.#aliases.get(name);
    return alias === undefined ? [name] : [name, alias];
  }

  /** The value of a flag that is given without one. */
  #absent(name: string): "" | true {
    return this.#strings.has(name) ? "" : true;
  }
}

/** The value that follows a letter within the same argument, if there is one. */
function attached(letter: string, rest: string): string | undefined {
  if (rest === "-") return rest;
  if (rest === "=") return "";
  const isLetter = /[A-Za-z]/.test(letter);
  if (isLetter && /=./.test(rest)) return /=(.+)/.exec(rest)![1];
  const isNumber = isLetter && /-?\d+(\.\d*)?(e-?\d+)?$/.test(rest);
  return isNumber || (rest.length > 1 && /^\W/.test(rest)) ? rest : undefined;
}

function numberOr<T>(value: T): T | number {
  const isNumber = typeof value === "string" && /\S/.test(value) && Number.isFinite(Number(value));
  return isNumber ? Number(value) : value;
}
