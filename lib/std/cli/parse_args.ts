import { hasPath, setPath, type Tree } from "./paths.ts";
import type { Aliases, Args, BooleanNames, Names, ParseOptions, Values } from "./types.ts";

export type { Args, ParseOptions } from "./types.ts";

/**
 * Reads command line flags by the rules of minimist.
 *
 * A value that looks like a number becomes one unless its flag is declared as `string`.
 *
 * @param args The arguments, in the form of `Deno.args`.
 * @param options The declarations of the flags; see {@linkcode ParseOptions}.
 * @returns The flags' values by name and by alias, and under `_` the arguments that are not flags.
 */
export function parseArgs<
  TArgs extends Values<TBooleans, TStrings, TCollectable, TNegatable, TDefaults, TAliases>,
  TDoubleDash extends boolean | undefined = undefined,
  TBooleans extends BooleanNames = undefined,
  TStrings extends string | undefined = undefined,
  TCollectable extends string | undefined = undefined,
  TNegatable extends string | undefined = undefined,
  TDefaults extends Record<string, unknown> | undefined = undefined,
  const TAliases extends Aliases | undefined = undefined,
>(
  args: readonly string[],
  options?: ParseOptions<
    TBooleans,
    TStrings,
    TCollectable,
    TNegatable,
    TDefaults,
    TAliases,
    TDoubleDash
  >,
): Args<TArgs, TDoubleDash>;
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Tree {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const reader = new Reader(options);
  reader.read(args.slice(0, end));
  const rest = args.slice(end + 1);
  const { operands, values } = reader;
  if (options["--"]) values["--"] = rest;
  else operands.push(...rest);
  reader.fillIn();
  return values;
}

class Reader {
  readonly operands: (string | number)[] = [];
  readonly values: Tree = { _: this.operands };
  readonly #options: ParseOptions;
  readonly #aliases: ReadonlyMap<string, readonly string[]>;
  readonly #booleans: ReadonlySet<string>;
  readonly #strings: ReadonlySet<string>;
  readonly #collected: ReadonlySet<string>;
  readonly #negatable: ReadonlySet<string>;

  constructor(options: ParseOptions) {
    const { boolean, string, collect, negatable } = options;
    this.#options = options;
    this.#aliases = aliasGroups(options.alias ?? {});
    const named = (names: Names | boolean | undefined) =>
      new Set(list(names).flatMap((name) => [name, ...this.#others(name)]));
    this.#booleans = named(boolean);
    this.#strings = named(string);
    this.#collected = named(collect);
    this.#negatable = named(negatable);
  }

  read(args: readonly string[]): void {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      if (/^-./s.test(arg)) {
        const next = args[i + 1] || undefined;
        if (arg.startsWith("--") ? this.#long(arg, next) : this.#short(arg, next)) i++;
        continue;
      }
      if (this.#options.unknown?.(arg) !== false) {
        this.operands.push(this.#strings.has("_") ? arg : numberOr(arg));
      }
      if (this.#options.stopEarly) {
        this.operands.push(...args.slice(i + 1));
        return;
      }
    }
  }

  /** Sets absent flags to their defaults, to `false` or to an empty list. */
  fillIn(): void {
    const fill = (name: string, value: unknown, names = [name]) => {
      if (hasPath(this.values, name)) return;
      for (const key of names) setPath(this.values, key, value);
    };
    for (const [name, value] of Object.entries(this.#options.default ?? {})) {
      fill(name, value, [name, ...this.#others(name)]);
    }
    for (const name of this.#booleans) fill(name, this.#collected.has(name) ? [] : false);
    for (const name of this.#strings) if (this.#collected.has(name)) fill(name, []);
  }

  /** Reads `--name`, `--name=value`, `--name value`, `--no-name`. Returns whether it took the next argument. */
  #long(arg: string, next: string | undefined): boolean {
    const [, no, name, value] = /^--(no-)?(.+?)(?:=(.*))?$/s.exec(arg)!;
    if (value !== undefined) {
      this.#set(name!, this.#booleans.has(name!) ? value !== "false" : value, arg);
      return false;
    }
    if (no && this.#negatable.has(name!)) {
      this.#set(name!, false, arg, { collects: false });
      return false;
    }
    const flag = no ? `no-${name}` : name!;
    const mayTake = this.#options.boolean !== true && !next?.startsWith("-");
    return this.#setFrom(flag, { arg, next, mayTake });
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
    const isBoolean = [name, ...this.#others(name)].some((key) => this.#booleans.has(key));
    if (next !== undefined && mayTake && !isBoolean) this.#set(name, next, arg);
    else if (next === "true" || next === "false") this.#set(name, next === "true", arg);
    else {
      this.#set(name, this.#absent(name), arg);
      return false;
    }
    return true;
  }

  #set(name: string, value: string | boolean, arg: string, { collects = true } = {}): void {
    const isKnown = this.#aliases.has(name) || this.#booleans.has(name) ||
      this.#strings.has(name) || this.#collected.has(name) ||
      (this.#options.boolean === true && /^--[^=]+$/.test(arg));
    if (!isKnown && this.#options.unknown?.(arg, name, value) === false) return;
    const typed = this.#strings.has(name) ? value : numberOr(value);
    for (const key of [name, ...this.#others(name)]) {
      setPath(this.values, key, typed, collects && this.#collected.has(name));
    }
  }

  #others(name: string): readonly string[] {
    return this.#aliases.get(name) ?? [];
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

function list(names: Names | boolean | undefined): readonly string[] {
  const all = typeof names === "string" ? [names] : typeof names === "object" ? names : [];
  return all.filter((name) => name !== "");
}

/** The other names of each name that has any. */
function aliasGroups(aliases: Aliases): Map<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  for (const [name, others] of Object.entries(aliases)) {
    if (others === undefined) throw new TypeError("Alias value must be defined");
    const group = [name, ...typeof others === "string" ? [others] : others];
    for (const one of group) groups.set(one, group.filter((other) => other !== one));
  }
  return groups;
}

function numberOr<T>(value: T): T | number {
  const isNumber = typeof value === "string" && /\S/.test(value) && Number.isFinite(Number(value));
  return isNumber ? Number(value) : value;
}
