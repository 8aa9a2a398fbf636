/** The flags of the tasks: their names, their help, and the parsing of a command. */

import { parseArgs } from "@std/cli";
import { NegscopeError } from "../errors/errors.ts";
import { commandOf } from "../errors/command.ts";
import { nearestName } from "../errors/kinds.ts";
import { type Option, wholeNumber } from "../options/option.ts";
import { flagName, SEED, STUDY_OPTIONS, type StudyChoice } from "../study/choice/study_options.ts";
import { wrapText } from "../tables/words.ts";
import { VENUES } from "../charts/spec.ts";
import { PICTURE_OPTIONS, type Pictures } from "../draw/pictures.ts";
import { printError, progressBar, say } from "../show/terminal.ts";
import type { OpeningOptions } from "../opening/open_inputs.ts";
import { readOptions } from "../options/values.ts";
import type { FileRunSettings } from "../runs/run_experiment.ts";

/** A flag; it has a value unless `value` is absent. */
export interface Flag {
  readonly value?: string; // placeholder for the value in the help
  readonly help: string;
  readonly default?: string;
  /** Whether it may be given several times; its value is then a list. @default {false} */
  readonly many?: boolean;
}

/** Flags that tasks share: those of a study's options, and others. */
export const FLAGS: FlagSet = {
  ...Object.fromEntries(
    Object.entries(STUDY_OPTIONS).map(([name, option]) => [
      flagName(name),
      flagOf<unknown>(option),
    ]),
  ),
  seed: flagOf(SEED),
  out: { value: "FOLDER", help: "where the files go" },
  cache: {
    value: "FOLDER|none",
    help: "keeps embeddings (default: in ~/.cache/negscope)",
  },
  overwrite: { help: "starts anew where another run's files are" },
  format: flagOf(PICTURE_OPTIONS.format),
  venue: flagOf(PICTURE_OPTIONS.venue),
  font: {
    value: "FILE",
    help: "a font for the pictures (default: DejaVu Sans)",
  },
  spreadsheet: {
    help: "an apostrophe before texts that look like formulas",
  },
  quiet: { help: "prints nothing but errors" },
};

/** The flags of a task by name, in the order of the help. */
export type FlagSet = Readonly<Record<string, Flag>>;

export interface FlagValues {
  readonly [name: string]: string | boolean | readonly string[] | undefined;
  readonly operands?: readonly string[]; // arguments without a flag, if the task takes them
}

export function flagOf<Value>({ placeholder, help, standard, print }: Option<Value>): Flag {
  const text = placeholder === undefined ? undefined : print(standard);
  return {
    help,
    ...(placeholder === undefined ? {} : { value: placeholder }),
    ...(text === undefined ? {} : { default: text }),
  };
}

export function flagSet(...names: readonly string[]): FlagSet {
  return Object.fromEntries(names.map((name) => [name, FLAGS[name]!]));
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
  const parsed = parseArgs(
    given,
    { string: valued, collect: names, boolean: ["help", ...bare], alias: { help: "h" }, unknown },
  );
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

export interface TaskHelp {
  readonly name: string;
  /** The command that starts it. @default {that of the kit's task of this name} */
  readonly command?: string;
  readonly does: string;
  readonly example: string; // arguments with which it can be tried
  /** The placeholders for its arguments without a flag, a word for each or `…`, e.g. `[RUN…]`; absent if it takes none. */
  readonly operands?: string;
  readonly out?: string; // folder of its files without `--out`; default: `results/NAME`
  /** Whether the task needs at least one of `operands`. @default {false} */
  readonly needsOperands?: boolean;
}

export const MODEL_FLAGS = [
  ...["model", "onnx", "onnx-text", "onnx-vision", "weights", "tokenizer", "edit"],
  ...["device", "threads"],
];

const DATA_FLAGS = [
  ...["data", "images", "image-embeddings", "subject-sizes", "protocol", "limit", "skip-bad"],
  "cluster",
];

export const RESULT_FLAGS = ["format", "venue", "font", "spreadsheet"];
export const OUTPUT_FLAGS = ["out", "overwrite", "cache", ...RESULT_FLAGS, "quiet"];

/** The flags of whatever runs experiments in a folder. */
export const RUN_FLAGS = [
  ...[...MODEL_FLAGS, "random-weights"],
  ...[...DATA_FLAGS, "seed", ...OUTPUT_FLAGS],
];

/** The flags that many tasks share, in the order of the help, which has them below a task's own. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  Model: [...MODEL_FLAGS, "activation", "random-weights"],
  Data: [...DATA_FLAGS, "shard", "seed"],
  Output: OUTPUT_FLAGS,
};

const LEFT = 26; // columns of a flag and its value

/** The command that starts a task. */
export function startOf({ name, command = commandOf(name) }: TaskHelp): string {
  return command;
}

export function helpText(task: TaskHelp, flags: FlagSet): string {
  const start = startOf(task);
  const groups = Object.entries(SHARED).map(([title, names]) =>
    [title, names.filter((name) => name in flags && flags[name] === FLAGS[name])] as const
  );
  const shared = groups.flatMap(([, names]) => names);
  const own = Object.keys(flags).filter((name) => !shared.includes(name));
  const linesOf = (names: readonly string[]) =>
    names.map((name) =>
      flagLines(
        name,
        flags[name]!,
        flags[name] === FLAGS["out"] ? task.out ?? `results/${task.name}` : undefined,
      )
    );
  return [
    ...`${[start, task.operands ?? [], "[flags]"].flat().join(" ")}: ${task.does}`.split("\n")
      .map((line) => wrapText(line)),
    `\nExample\n  ${start} ${task.example}\n`,
    ...linesOf(own),
    ...groups.flatMap(([title, names]) => names.length === 0 ? [] : [title, ...linesOf(names)]),
    "",
    "The rest: docs/guide/tasks.md, docs/models.md, docs/guide/data.md, docs/tables",
  ].join("\n");
}

function flagLines(
  name: string,
  { value, help, default: constant }: Flag,
  standard = constant,
): string {
  const left = value === undefined ? `  --${name} ` : `  --${name} ${value} `;
  const margin = " ".repeat(LEFT);
  const text = standard === undefined ? help : `${help} (default: ${standard})`;
  const right = wrapText(margin + text, margin);
  return left.length > LEFT ? `${left.trimEnd()}\n${right}` : left.padEnd(LEFT) + right.slice(LEFT);
}

/** The sentences among a task's arguments, of a pair two or none; if pictures are needed, `--image` must be beside them. */
export function sentencesOf(
  { operands = [], image = "" }: FlagValues,
  { needsImages, ofPair = false }: { readonly needsImages: boolean; readonly ofPair?: boolean },
): readonly string[] {
  const over = operands.length === 1 ? operands[0] : operands[2];
  if (ofPair && over !== undefined) {
    throw new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot use "${over}"`,
      expected: `a flag before it, such as --data "${over}", or two sentences, the true one first`,
    });
  }
  const empty = operands.find((sentence) => sentence.trim() === "");
  if (empty !== undefined) throw valueWrong("sentence", empty, "a text that is not empty");
  if (!needsImages || operands.length === 0 || String(image) !== "") return operands;
  throw new NegscopeError("usage-value-missing", {
    problem: "Cannot run without --image",
    expected: "--image FILE",
  });
}

export function textFlag(values: FlagValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

export function optionFlag<Value>(values: FlagValues, name: string, option: Option<Value>): Value {
  const text = textFlag(values, name);
  return text === undefined ? option.standard : readFlag(name, text, option);
}

export function readFlag<Value>(name: string, text: string, option: Option<Value>): Value {
  const value = option.parse(text);
  if (value !== undefined) return value;
  throw flagWrong(name, text, option);
}

export function numberFlag(
  values: FlagValues,
  name: string,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textFlag(values, name);
  return text === undefined ? undefined : readFlag(name, text, wholeNumber({ ...range, help: "" }));
}

/** Reads the pictures to draw from `--format`, `--venue` and `--font`. */
export function picturesFlags(values: FlagValues): Pictures {
  const formats = optionFlag(values, "format", PICTURE_OPTIONS.format);
  const preset = VENUES.get(optionFlag(values, "venue", PICTURE_OPTIONS.venue))!;
  const font = textFlag(values, "font");
  const own = font === undefined ? preset : { ...preset, font };
  return { formats, preset: own, spreadsheet: values["spreadsheet"] === true };
}

/** The first of some flags that was given a value other than its default. */
export function givenFlag(values: FlagValues, flags: FlagSet, names: readonly string[]) {
  return names.find((name) =>
    ![undefined, false, flags[name]?.default].includes(values[name] as string)
  );
}

/** Refuses two of flags that each ask for something else. */
export function refuseTogether(values: FlagValues, names: readonly string[]): void {
  const [first, second] = names.filter((name) => (values[name] ?? false) !== false);
  if (second === undefined) return;
  throw new NegscopeError("usage-flags-exclusive", {
    problem: `Cannot use --${first} with --${second}`,
    expected: "one of them",
  });
}

export function flagWrong(
  name: string,
  text: string,
  { wrongPart, expected }: Pick<Option<unknown>, "wrongPart" | "expected">,
): NegscopeError {
  return valueWrong(`--${name}`, wrongPart?.(text) ?? text, expected);
}

export function valueWrong(flag: string, text: string, expected: string): NegscopeError {
  return new NegscopeError("usage-value-wrong", {
    problem: `Cannot use ${flag} "${text}"`,
    expected,
  });
}

export const called: NonNullable<OpeningOptions["called"]> = (option) => `--${flagName(option)}`;

export function choiceOf(values: FlagValues): StudyChoice & { readonly threads: number } {
  const texts = Object.keys(STUDY_OPTIONS).map((name) => [name, values[flagName(name)]]);
  const choice = readOptions(
    STUDY_OPTIONS,
    Object.fromEntries(texts),
    { wrong: (name, text, option) => flagWrong(flagName(name), text, option) },
  );
  return { ...choice, threads: choice.threads ?? navigator.hardwareConcurrency };
}

/** Where a task writes, and how it reports; each setting is complete, though not every task has its flag. */
interface TaskSettings extends FileRunSettings {
  readonly overwrite: boolean;
  readonly say: (text: string) => void;
  readonly bar: NonNullable<FileRunSettings["bar"]>;
  readonly called: typeof called;
}

/** Reads where a task writes and how it reports. */
export function settingsOf(values: FlagValues, help: TaskHelp): TaskSettings {
  const quiet = values["quiet"] === true;
  const pace = { last: performance.now() };
  return {
    out: textFlag(values, "out") ?? help.out ?? `results/${help.name}`,
    overwrite: values["overwrite"] === true,
    seed: optionFlag(values, "seed", SEED)!,
    pictures: picturesFlags(values),
    cache: textFlag(values, "cache") ?? true,
    say: quiet ? () => {} : say,
    warn: quiet ? () => {} : printError,
    bar: (label) => progressBar(label, { quiet, pace }),
    called,
  };
}
