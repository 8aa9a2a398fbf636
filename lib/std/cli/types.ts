/** One name or several. */
export type Names<Name extends string> = Name | readonly Name[];

/** Other names by name. */
export type Aliases = Readonly<Record<string, Names<string>>>;

/** Options of `parseArgs`; the type parameters are the flags' names by what they are, the defaults and the aliases. */
export interface ParseOptions<
  Boolean extends string = string,
  String extends string = string,
  Collect extends string = string,
  Negatable extends string = string,
  Default extends object = object,
  Alias extends Aliases = Aliases,
  DoubleDash extends boolean = boolean,
> {
  /** Flags without a value, `false` if absent; `true` for every `--flag` that has no `=`. */
  boolean?: boolean | Names<Boolean>;
  /** Flags whose value stays text. */
  string?: Names<String>;
  /** Flags with a value that may come more than once and make a list; of others the last counts. */
  collect?: Names<Collect>;
  /** Flags that `--no-flag` sets to `false`. */
  negatable?: Names<Negatable>;
  /** Values of flags that are absent. */
  default?: Default;
  /** Other names of flags. */
  alias?: Alias;
  /** Whether the arguments after `--` go to the result's `"--"` instead of its `_`. @default {false} */
  "--"?: DoubleDash;
  /** Whether everything after the first argument that is no flag goes to `_`. @default {false} */
  stopEarly?: boolean;
  /** Called with each argument that no option declares; `false` keeps it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What `parseArgs` returns: a property for each flag, and under `_` the arguments that are no flags. */
export type Args<
  Boolean extends string = never,
  String extends string = never,
  Collect extends string = never,
  Negatable extends string = never,
  Default extends object = Record<never, never>,
  Alias extends Aliases = Record<never, never>,
  DoubleDash extends boolean = false,
> =
  & Record<string, unknown>
  & WithAliases<Flags<Boolean, String, Collect, Negatable, Default>, Alias>
  & { _: (string | number)[] }
  & (DoubleDash extends true ? { "--": string[] } : unknown);

type Flags<B, S, C, N, D> =
  & { [Name in Exclude<B | C, keyof D> & string]: Value<Name, B, S, C, N> }
  & { [Name in Exclude<S, B | C | keyof D> & string]?: Value<Name, B, S, C, N> }
  & {
    [Name in keyof D]: Name extends B | S | C ? D[Name] | Value<Name, B, S, C, N> : unknown;
  };

type Value<Name, B, S, C, N> =
  | (Name extends C ? Single<Name, B, S>[] : Single<Name, B, S>)
  | (Name extends N ? false : never);

/** Unknown also where the names themselves are, as in a list of type `string[]`. */
type Single<Name, B, S> = string extends Name ? unknown
  : Name extends S ? string
  : Name extends B ? boolean
  : unknown;

type WithAliases<Flags, Alias> = {
  [Name in keyof Flags as Name | AliasesOf<Name, Alias>]: Flags[Name];
};

type AliasesOf<Name, Alias> = Name extends keyof Alias
  ? Alias[Name] extends Names<infer Other extends string> ? Other : never
  : never;
