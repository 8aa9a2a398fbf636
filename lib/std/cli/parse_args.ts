// @ts-types="@types/minimist"
import minimist from "minimist";
import type { Args, Names, ParseOptions } from "./types.ts";

/**
 * Reads command line flags.
 *
 * Values that look like numbers become numbers unless their flag is declared as `string`.
 *
 * @param args The arguments, as `Deno.args` has them.
 * @param options What the flags are; see {@linkcode ParseOptions}.
 * @returns The flags' values by name and by alias, and under `_` the arguments that are no flags.
 */
export function parseArgs<
  const Boolean extends string = never,
  const String extends string = never,
  const Collect extends string = never,
  const Negatable extends string = never,
  Default extends object = Record<never, never>,
  const Alias extends Readonly<Record<string, Names<string>>> = Record<
    never,
    never
  >,
  DoubleDash extends boolean = false,
>(
  args: string[],
  options?: ParseOptions<
    Boolean,
    String,
    Collect,
    Negatable,
    Default,
    Alias,
    DoubleDash
  >,
): Args<Boolean, String, Collect, Negatable, Default, Alias, DoubleDash>;
export function parseArgs(
  args: string[],
  options: ParseOptions = {},
): Record<string, unknown> {
  const aliases = aliasGroups(options.alias);
  const withAliases = (names: Names<string> = []) =>
    new Set(list(names).flatMap((name) => [name, ...aliases.get(name) ?? []]));
  const booleans = withAliases(
    typeof options.boolean === "boolean" ? [] : options.boolean,
  );
  const strings = withAliases(options.string);
  const collected = withAliases(options.collect);
  const defaults = Object.entries(options.default ?? {});

  const { args: guarded, original } = guardNames(
    args,
    withAliases(options.negatable),
  );
  const parsed = minimist(guarded, {
    "--": options["--"],
    alias: Object.fromEntries(aliases),
    boolean: options.boolean === true || [...booleans],
    default: Object.fromEntries(
      defaults.filter(([name]) => booleans.has(name)),
    ),
    stopEarly: options.stopEarly,
    string: [...strings],
    unknown: (arg) => isWanted(original(arg), options.unknown),
  });

  const result: Record<string, unknown> = {
    ...parsed,
    _: parsed._.map(original),
  };
  for (
    const name of Object.keys(parsed).filter((name) => name !== "_" && name !== "--")
  ) {
    const values = [parsed[name]].flat();
    result[name] = collected.has(name) ? values : values.at(-1);
  }
  for (const [name, value] of defaults.filter(([name]) => !(name in result))) {
    for (const key of withAliases(name)) result[key] = value;
  }
  for (const name of collected) {
    if (strings.has(name)) result[name] ??= [];
  }
  return result;
}

function list(names: Names<string>): readonly string[] {
  return typeof names === "string" ? [names] : names;
}

/** Of each name that has others: the others. */
function aliasGroups(
  alias: Readonly<Record<string, Names<string>>> = {},
): Map<string, string[]> {
  const groups = Object.entries(alias).map((
    [name, others],
  ) => [name, ...list(others)]);
  return new Map(
    groups.flatMap((group) =>
      group.map((
        name,
      ): [string, string[]] => [name, group.filter((other) => other !== name)])
    ),
  );
}

interface Guarded {
  readonly args: string[];
  readonly original: <T>(arg: T) => T | string;
}

/** Writes `--no-x` as `--no-x=true` where `x` is not negatable, since minimist would negate any `x`. */
function guardNames(
  args: readonly string[],
  negatable: ReadonlySet<string>,
): Guarded {
  const originals = new Map<unknown, string>();
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const guarded = args.map((arg, index) => {
    const name = /^--no-([^=]+)$/.exec(arg)?.[1];
    if (name === undefined || negatable.has(name) || index > end) return arg;
    originals.set(`${arg}=true`, arg);
    return `${arg}=true`;
  });
  return { args: guarded, original: (arg) => originals.get(arg) ?? arg };
}

function isWanted(arg: string, unknown: ParseOptions["unknown"]): boolean {
  const [, key, value] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
  return unknown?.(arg, key, value) !== false;
}
