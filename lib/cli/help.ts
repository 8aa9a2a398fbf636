/** The text of a task's `--help`. */

import type { FlagSet } from "./flags.ts";

/** The help text of a task. */
export interface TaskHelp {
  readonly name: string;
  /** The command that starts it. @default {`deno task NAME`} */
  readonly command?: string;
  /** One sentence. */
  readonly does: string;
  /** An example command that can be pasted. */
  readonly example: string;
  /** The files that it writes. */
  readonly writes?: readonly string[];
  /** The further files that it writes if there are images. @default {none} */
  readonly writesWithImages?: readonly string[];
  /** Whether the words that its files use are explained at the end. @default {false} */
  readonly explainsWords?: boolean;
  /** The placeholder for its arguments without a flag, e.g. `[RUN…]`; absent if it takes none. */
  readonly operands?: string;
  /** The folder of its files without `--out`. @default {`results/NAME`} */
  readonly out?: string;
  /** Whether the task handles interruptions and ends itself. @default {false} */
  readonly endsItself?: boolean;
  /** Whether the task needs `operands`; without them it prints its help. @default {false} */
  readonly needsOperands?: boolean;
}

/** What files and messages of experiments call things. */
const WORDS = {
  S: "100 x the cosine of the embeddings of sentence and image",
  d: "S(caption) - S(foil): above 0 the model prefers the true sentence",
  segment: "of a row: correct (d >= 1), ambiguous (-1 <= d < 1) or incorrect (d < -1)",
  negation: "which sentence is negated: the caption (true) or the foil (false)",
  protocol: 'rephrased: both have equally many tokens ("some" against "no"); standard: as they are',
  cluster:
    "rows that are not independent; intervals and tests keep them together (docs/statistics.md)",
  negator: "the token that negates; as a column of --data its position, the start token being 0",
};

/** Words of tracing. */
const TRACE_WORDS = {
  CTE: "share of d that returns when one value of the negated sentence is put into the other",
  site: "resid: residual stream after a block; resid_mid: after its attention; attn_out, mlp_out:",
  "": "what attention or MLP adds; z: the output of each head",
};

const COLUMNS =
  "columns id,image,negation,caption,foil and, if known, negator and subject_size (0 to 1)";

function wordLines(flags: FlagSet): string[] {
  const words = { ...WORDS, ...("site" in flags ? TRACE_WORDS : {}), "--data": COLUMNS };
  const lines = Object.entries(words).map(([word, text]) => `  ${word.padEnd(10)}${text}`);
  return ["Words (docs/tables.md defines every column)", ...lines, ""];
}

/** The command that starts a task. */
export function commandOf({ name, command = `deno task ${name}` }: TaskHelp): string {
  return command;
}

/**
 * Makes the text of `--help`.
 *
 * @param task What the task does.
 * @param flags Its flags.
 */
export function helpText(task: TaskHelp, flags: FlagSet): string {
  const lines = Object.entries(flags).map(([name, { value, help, default: constant }]) => {
    const standard = name === "out" ? task.out ?? `results/${task.name}` : constant;
    const left = value === undefined ? `  --${name}` : `  --${name} ${value}`;
    const right = standard === undefined ? help : `${help} (default: ${standard})`;
    return left.length < 26 ? `${left.padEnd(26)}${right}` : `${left}\n${" ".repeat(26)}${right}`;
  });
  const operands = task.operands === undefined ? "" : `${task.operands} `;
  const writes = task.writes === undefined
    ? []
    : ["", `Writes ${task.writes.join(", ")}, manifest.json`];
  const withImages = task.writesWithImages ?? [];
  if (withImages.length > 0) writes.push(`With images also ${withImages.join(", ")}`);
  return [
    `${commandOf(task)} ${operands}[flags]: ${task.does}`,
    "",
    ...lines,
    "  --help".padEnd(26) + "this text",
    ...writes,
    "",
    "Example",
    `  ${task.example}`,
    "",
    ...(task.explainsWords ? wordLines(flags) : []),
  ].join("\n");
}
