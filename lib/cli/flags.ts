/** The flags of the tasks: their names, their help, and the parsing of a command. */

import { NegscopeError } from "../errors.ts";
import { nearestName } from "../errors/nearest.ts";
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
  const flags: Record<string, Flag> = Object.fromEntries(names.map((name) => [name, FLAGS[name]]));
  return flags as Record<Name, Flag>;
}

/** Reads a task's arguments: the flags' values with defaults, or `"help"`. */
export function readFlags(
  args: readonly string[],
  flags: FlagSet,
  { operands: wanted = false }: { readonly operands?: boolean } = {},
): FlagValues | "help" {
  const { given, operands } = splitArguments(args[0] === "--" ? args.slice(1) : args, flags); // as npm's users write it
  if (!wanted && operands[0] !== undefined) throw notAlone(operands[0], flags);
  if (given.has("help")) return "help";
  const values: Record<string, string | boolean | readonly string[]> = {};
  if (wanted) values["operands"] = operands;
  for (const [name, flag] of Object.entries(flags)) {
    const texts = given.get(name);
    if (texts !== undefined) values[name] = valueOf(name, flag, texts);
    else if (flag.value === undefined) values[name] = false;
    else if (flag.many) values[name] = [];
    else if (flag.default !== undefined) values[name] = flag.default;
  }
  return values;
}

/** The texts of each flag that is given, undefined where it has none, and the arguments without a flag; after `--` all are such. */
function splitArguments(args: readonly string[], flags: FlagSet) {
  const given = new Map<string, (string | undefined)[]>();
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--") return { given, operands: [...operands, ...args.slice(at + 1)] };
    if (!arg.startsWith("-")) {
      operands.push(arg);
      continue;
    }
    const [, name = "", text] = /^--([^=]+)(?:=(.*))?$/s.exec(arg === "-h" ? "--help" : arg) ?? [];
    if (name !== "help" && !Object.hasOwn(flags, name)) throw flagUnknown(arg, flags);
    const next = args[at + 1];
    const takesNext = text === undefined && flags[name]?.value !== undefined &&
      next?.startsWith("--") === false;
    if (takesNext) at++;
    given.set(name, [...given.get(name) ?? [], takesNext ? next : text]);
  }
  return { given, operands };
}

function valueOf(
  name: string,
  { value, many }: Flag,
  texts: readonly (string | undefined)[],
): string | boolean | readonly string[] {
  const [text, ...more] = texts;
  if (more.length > 0 && !many) {
    throw new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot use --${name} twice`,
      subject: `--${name}`,
      fix: "give it once",
    });
  }
  if (value === undefined) {
    if (text === undefined) return true;
    throw new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot use --${name} "${text}"`,
      expected: `--${name} without a value`,
    });
  }
  const found = texts.filter((text) => text !== undefined && (text !== "" || name === "onnx")); // whose suffix may be empty
  if (found.length === texts.length) return many ? found as string[] : text!;
  throw new NegscopeError("usage-value-missing", {
    problem: `Cannot use --${name}`,
    subject: `--${name}`,
    expected: `--${name} ${value}`,
  });
}

function notAlone(arg: string, flags: FlagSet): NegscopeError {
  const valued = Object.keys(flags).filter((name) => flags[name]!.value !== undefined);
  const example = "data" in flags ? "data" : valued[0] ?? "help";
  return new NegscopeError("usage-argument-unexpected", {
    problem: `Cannot use "${arg}"`,
    expected: `a flag before it, such as --${example} "${arg}"`,
  });
}

function flagUnknown(arg: string, flags: FlagSet): NegscopeError {
  const [flag] = arg.split("=", 1) as [string];
  const nearest = nearestName(flag.replace(/^-+/, ""), [...Object.keys(flags), "help"]);
  return new NegscopeError("usage-flag-unknown", {
    problem: `Cannot use "${flag}"`,
    reason: "there is no such flag",
    fix: nearest === undefined ? "--help lists the flags" : `the nearest is --${nearest}`,
  });
}
