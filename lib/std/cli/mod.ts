/**
 * `parseArgs` of `@std/cli`, for places that cannot reach JSR.
 *
 * For the options and the arguments that the kit passes on, types and results are those of the real package. CONTRIBUTING.md says when to
 * delete this folder.
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
  unknown?: (arg: string) => unknown;
}

/** The value of each flag by every name, and under `_` the arguments that are not flags. */
// deno-lint-ignore no-explicit-any
export type Args = Record<string, any> & { _: (string | number)[] };

/** Reads command line flags by the rules of minimist, as far as the kit uses them: each is an argument of its own. */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const { boolean = [], string = [], collect = [], alias = {}, unknown } = options;
  const aliases = new Map(Object.entries(alias).flatMap(([a, b]) => [[a, b], [b, a]]));
  const namesOf = (name: string) => [name, aliases.get(name) ?? []].flat();
  const [switches, texts, lists] = [boolean, string, collect].map((names) =>
    new Set(names.flatMap(namesOf))
  ) as [Set<string>, Set<string>, Set<string>];
  const values: Args = { _: [] };
  for (const name of switches) values[name] = false;
  for (const name of lists) values[name] = [];
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  for (let i = 0; i < end; i++) {
    const arg = args[i]!;
    const [, long, short, given] = /^-(?:-(.+?)|(.))(?:=(.*))?$/s.exec(arg) ?? [];
    const name = long ?? short;
    const isText = texts.has(name ?? "");
    if (name === undefined || !isText && !switches.has(name)) {
      if (unknown?.(arg) !== false) values._.push(arg);
      continue;
    }
    const next = i + 1 < end && given === undefined ? args[i + 1]! : "";
    const isTaken = isText ? !next.startsWith("-") : ["true", "false"].includes(next);
    const text = given ?? (isTaken ? next : "");
    if (isTaken && next !== "") i++;
    for (const key of namesOf(name)) {
      const value = isText ? text : text !== "false";
      if (lists.has(key)) values[key].push(value);
      else values[key] = value;
    }
  }
  values._.push(...args.slice(end + 1));
  return values;
}
