/** The flags of the tasks: their names, their help, and the parsing of a command. */

import { parseArgs } from "@std/cli";
import { NegscopeError } from "../errors.ts";
import { nearestName } from "../errors/kinds.ts";
import type { Option } from "../options/option.ts";
import { PICTURE_OPTIONS } from "../runs/picture_options.ts";
import { SEED, STUDY_OPTIONS } from "../study/choice/study_options.ts";

/** A flag; it has a value unless `value` is absent. */
export interface Flag {
  /** The placeholder for the value in the help. */
  readonly value?: string;
  readonly help: string;
  readonly default?: string;
  /** Whether it may be given several times; its value is then a list. @default {false} */
  readonly many?: boolean;
}

/** Flags that tasks share. */
export const FLAGS = {
  model: flagOf(STUDY_OPTIONS.model),
  onnx: flagOf(STUDY_OPTIONS.onnx),
  "onnx-text": flagOf(STUDY_OPTIONS.onnxText),
  "onnx-vision": flagOf(STUDY_OPTIONS.onnxVision),
  weights: flagOf(STUDY_OPTIONS.weights),
  tokenizer: flagOf(STUDY_OPTIONS.tokenizer),
  activation: flagOf(STUDY_OPTIONS.activation),
  edit: flagOf(STUDY_OPTIONS.edit),
  "random-weights": flagOf(STUDY_OPTIONS.randomWeights),
  device: flagOf(STUDY_OPTIONS.device),
  threads: flagOf(STUDY_OPTIONS.threads),
  data: flagOf(STUDY_OPTIONS.data),
  images: flagOf(STUDY_OPTIONS.images),
  "image-embeddings": flagOf(STUDY_OPTIONS.imageEmbeddings),
  "subject-sizes": flagOf(STUDY_OPTIONS.subjectSizes),
  protocol: flagOf(STUDY_OPTIONS.protocol),
  limit: flagOf(STUDY_OPTIONS.limit),
  "skip-bad": flagOf(STUDY_OPTIONS.skipBad),
  cluster: flagOf(STUDY_OPTIONS.cluster),
  shard: flagOf(STUDY_OPTIONS.shard),
  seed: flagOf(SEED),
  out: { value: "FOLDER", help: "where the files go" },
  cache: {
    value: "FOLDER|none",
    help: "where embeddings are kept for other runs (default: ~/.cache/negscope/embeddings)",
  },
  overwrite: { help: "starts anew where another run's files are" },
  format: flagOf(PICTURE_OPTIONS.format),
  venue: flagOf(PICTURE_OPTIONS.venue),
  font: {
    value: "FILE",
    help:
      "a TrueType or OpenType font for the pictures, such as that of the paper (default: DejaVu Sans)",
  },
  quiet: { help: "prints nothing but errors" },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof FLAGS;

/** The flags of a task by name, in the order of the help. */
export type FlagSet = Readonly<Record<string, Flag>>;

export interface FlagValues {
  readonly [name: string]: string | boolean | readonly string[] | undefined;
  /** The arguments without a flag, if the task takes them. */
  readonly operands?: readonly string[];
}

export function flagOf<Value>({ placeholder, help, standard, print }: Option<Value>): Flag {
  const text = placeholder === undefined ? undefined : print(standard);
  return {
    help,
    ...(placeholder === undefined ? {} : { value: placeholder }),
    ...(text === undefined ? {} : { default: text }),
  };
}

export function flagSet<Name extends FlagName>(
  ...names: readonly Name[]
): Readonly<Record<Name, Flag>> {
  const flags: Record<string, Flag> = {};
  for (const name of names) flags[name] = FLAGS[name];
  return flags as Record<Name, Flag>;
}

/** Reads a task's arguments: the flags' values with defaults, or `"help"`. */
export function readFlags(
  args: readonly string[],
  flags: FlagSet,
  { operands: wanted = false }: { readonly operands?: boolean } = {},
): FlagValues | "help" {
  const names = Object.keys(flags);
  const takesValue = (name: string) => flags[name]!.value !== undefined;
  const operands: string[] = [];
  const [example = "help"] = names.includes("data") ? ["data"] : names.filter(takesValue);
  const notAlone = (arg: string) =>
    new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot use "${arg}"`,
      expected: `a flag before it, such as --${example} "${arg}"`,
    });
  const unknown = (arg: string): boolean => {
    if (!arg.startsWith("-")) {
      if (!wanted) throw notAlone(arg);
      operands.push(arg);
      return false; // parseArgs would turn "007" into a number
    }
    const [flag] = arg.split("=", 1) as [string];
    const name = flag.replace(/^-+/, "");
    const nearest = nearestName(name, [...names, "help"]);
    throw new NegscopeError("usage-flag-unknown", {
      problem: `Cannot use "${flag}"`,
      reason: "there is no such flag",
      fix: nearest === undefined ? "--help lists the flags" : `the nearest is --${nearest}`,
    });
  };
  const valued: string[] = names.filter(takesValue);
  const bare: string[] = names.filter((name) => !takesValue(name));
  const given = joinValues(args[0] === "--" ? args.slice(1) : args, valued);
  const parsed = parseArgs(given, {
    string: valued,
    collect: names,
    boolean: ["help", ...bare],
    alias: { help: "h" },
    unknown,
  });
  operands.push(...parsed._.map(String)); // after "--"
  if (!wanted && operands[0] !== undefined) throw notAlone(operands[0]);
  if (parsed.help) return "help";
  const values: Record<string, string | boolean | readonly string[]> = {};
  if (wanted) values["operands"] = operands;
  for (const name of names) {
    const all: readonly (string | boolean)[] = parsed[name];
    const { many = false, default: standard } = flags[name]!;
    if (all.length > 1 && !many) {
      throw new NegscopeError("usage-argument-unexpected", {
        problem: `Cannot use --${name} twice`,
        subject: `--${name}`,
        fix: "give it once",
      });
    }
    const text = given.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
    if (text !== undefined && !takesValue(name)) {
      throw new NegscopeError("usage-argument-unexpected", {
        problem: `Cannot use --${name} "${text}"`,
        expected: `--${name} without a value`,
      });
    }
    const mayBeEmpty = name === "onnx" && text !== undefined;
    const isEmpty = all.includes("");
    if (isEmpty && !mayBeEmpty) {
      throw new NegscopeError("usage-value-missing", {
        problem: `Cannot use --${name}`,
        subject: `--${name}`,
        expected: `--${name} ${flags[name]!.value}`,
      });
    }
    if (!takesValue(name)) values[name] = all[0] ?? false;
    else if (many) values[name] = all.map(String);
    else if (all.length > 0) values[name] = String(all[0]);
    else if (standard !== undefined) values[name] = standard;
  }
  return values;
}

/** Rewrites `--seed -1` as `--seed=-1`: the argument after a flag with a value is its value, unless it begins with two hyphens. */
function joinValues(args: readonly string[], names: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const waiting = names.some((name) => joined.at(-1) === `--${name}`);
    if (waiting && !arg.startsWith("--")) joined.push(`${joined.pop()}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}
