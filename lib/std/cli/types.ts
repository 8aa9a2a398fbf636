/** The types of `parseArgs`: its options, and the result that follows from them. */

/** One name or several. */
export type Names = string | readonly string[];

/** Names of flags without a value; `true` for all. */
export type BooleanNames = boolean | string | undefined;

/** Aliases by name. */
export type Aliases = Partial<Record<string, string | readonly string[]>>;

type Maybe = string | undefined;
type Tree = Record<string, unknown>;

/** Options of `parseArgs`; the type parameters are the flags' names by kind, the defaults and the aliases. */
export interface ParseOptions<
  TBooleans extends BooleanNames = BooleanNames,
  TStrings extends Maybe = Maybe,
  TCollectable extends Maybe = Maybe,
  TNegatable extends Maybe = Maybe,
  TDefaults extends Tree | undefined = Tree | undefined,
  TAliases extends Aliases | undefined = Aliases | undefined,
  TDoubleDash extends boolean | undefined = boolean | undefined,
> {
  /** Flags without a value, `false` if absent; `true` for every `--flag` that has no `=`. */
  boolean?: TBooleans | readonly Extract<TBooleans, string>[];
  /** Flags whose value is kept as text. */
  string?: TStrings | readonly Extract<TStrings, string>[];
  /** Flags that may be repeated and make a list; for other flags the last value counts. */
  collect?: TCollectable | readonly Extract<TCollectable, string>[];
  /** Flags that `--no-flag` sets to `false`. */
  negatable?: TNegatable | readonly Extract<TNegatable, string>[];
  /** The values of absent flags. */
  default?: TDefaults & Tree & { [Name in Extract<TBooleans | TStrings, string>]?: unknown };
  /** Other names of flags. */
  alias?: TAliases;
  /** Whether the arguments after `--` go to the result's `"--"` instead of its `_`. @default {false} */
  "--"?: TDoubleDash;
  /** Whether everything after the first argument that is not a flag goes to `_`. @default {false} */
  stopEarly?: boolean;
  /** Called with each argument that no option declares; `false` keeps it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The result of `parseArgs`: a property for each flag, and under `_` the arguments that are not flags. */
export type Args<
  // deno-lint-ignore no-explicit-any
  TArgs extends Tree = Record<string, any>,
  TDoubleDash extends boolean | undefined = undefined,
> = Flat<
  & TArgs
  & { _: (string | number)[] }
  & (boolean extends TDoubleDash ? { "--"?: string[] }
    : true extends TDoubleDash ? { "--": string[] }
    : unknown)
>;

/** The properties of the result; any name and type if no flag is declared. */
export type Values<B, S, C, N, D, A> = undefined extends (false extends B ? undefined : B) & S & C
  // deno-lint-ignore no-explicit-any
  ? Record<string, any>
  : Tree & WithAliases<WithDefaults<Declared<B, S, C, N>, Unfolded<D>>, A>;

type Declared<B, S, C, N> = Nested<
  Extract<B | S | C, string>,
  { boolean: B; string: S; collect: C; negatable: N }
>;

/** The names of each kind of flag. */
interface Kinds {
  boolean: unknown;
  string: unknown;
  collect: unknown;
  negatable: unknown;
}

/** An object of the values by name, in which `a.b` is `b` of the object `a`; flags that are always present are required. */
type Nested<All, K extends Kinds, Prefix extends string = ""> =
  & { [Key in Heads<Certain<All, K, Prefix>>]: Value<All, Key, K, Prefix> }
  & { [Key in Exclude<Heads<All>, Heads<Certain<All, K, Prefix>>>]?: Value<All, Key, K, Prefix> };

type Certain<All, K extends Kinds, Prefix extends string> = All extends string
  ? `${Prefix}${All}` extends K["boolean"] | K["collect"] ? All : never
  : never;

type Heads<All> = All extends `${infer Head}.${string}` ? Head : All & string;

type Tails<All, Head extends string> = All extends `${Head}.${infer Tail}` ? Tail : never;

type Value<
  All,
  Key extends string,
  K extends Kinds,
  Prefix extends string,
> = Key extends All ? Leaf<`${Prefix}${Key}`, K>
  : Nested<Tails<All, Key>, K, `${Prefix}${Key}.`>;

type Leaf<Name, K extends Kinds> =
  | (Name extends K["collect"] ? Single<Name, K>[] : Single<Name, K>)
  | (Name extends K["negatable"] ? false : never);

/** Any type if the type checker knows the names only as `string`. */
type Single<Name, K extends Kinds> = string extends Name ? unknown
  : Name extends K["string"] ? string
  : Name extends K["boolean"] ? boolean
  : unknown;

/** Defaults with dotted names, as nested objects. */
type Unfolded<D> = D extends Tree ? {
    [Key in Heads<keyof D>]: Key extends keyof D ? D[Key]
      : Unfolded<{ [Name in keyof D as Tails<Name, Key>]: D[Name] }>;
  }
  : unknown;

/** A flag with a default is always present; an undeclared flag has any type. */
type WithDefaults<Flags, D> =
  & Omit<Flags, keyof D>
  & {
    [Key in keyof D]: Key extends keyof Flags
      ? D[Key] extends Tree
        ? NonNullable<Flags[Key]> extends Tree ? WithDefaults<NonNullable<Flags[Key]>, D[Key]>
        : D[Key] | NonNullable<Flags[Key]>
      : D[Key] | NonNullable<Flags[Key]>
      : unknown;
  };

type WithAliases<Flags, A> = {
  [Name in keyof Flags as Name | OtherNames<Name, A>]: Flags[Name];
};

type OtherNames<Name, A> = Name extends keyof A ? A[Name] extends string ? A[Name]
  : A[Name] extends readonly (infer Other extends string)[] ? Other
  : never
  : never;

/** The same type written as one object. */
type Flat<T> = T extends Tree ? { [Key in keyof T]: Flat<T[Key]> } : T;
