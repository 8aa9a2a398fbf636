/** The text of a task's `--help`. */

import { PLANTED_NAMES, SHAPES_NAMES } from "../opening/data/kit_models.ts";
import { glossaryText, type Word } from "../tables/words.ts";
import { FLAGS, type FlagSet } from "./flags.ts";

export interface TaskHelp {
  readonly name: string;
  /** The command that starts it. @default {`deno task NAME`} */
  readonly command?: string;
  readonly does: string;
  /** An example command that can be pasted. */
  readonly example: string;
  readonly writes?: readonly string[];
  /** The further files that it writes if there are images. @default {none} */
  readonly writesWithImages?: readonly string[];
  /** The words that its files use, explained at the end. @default {none} */
  readonly words?: readonly Word[];
  /** The placeholder for its arguments without a flag, e.g. `[RUN…]`; absent if it takes none. */
  readonly operands?: string;
  /** The folder of its files without `--out`. @default {`results/NAME`} */
  readonly out?: string;
  /** Whether the task handles interruptions and ends itself. @default {false} */
  readonly endsItself?: boolean;
  /** Whether the task needs at least one of `operands`. @default {false} */
  readonly needsOperands?: boolean;
}

const MODEL: Word = {
  word: "--model",
  means: `the first that fits of: shapes; shapes/NAME with NAME ${
    SHAPES_NAMES.join(", ")
  }, to compare it with; planted/NAME with NAME ${
    PLANTED_NAMES.join(", ")
  }, whose circuits are known and which have data of their own; a folder; a name of the Hub (docs/models.md)`,
};

const DATA: Word = {
  word: "--data",
  means:
    "columns id,image,negation,caption,foil and, if known, negator (its position, the start token being 0) and subject_size (0 to 1); or, without images, columns premise,hypothesis,label, a column sentence, or one sentence on each line",
};

const EMBEDDINGS =
  `Image embeddings made elsewhere: in Python, with names as in the data's column image, either of
  safetensors.numpy.save_file(dict(zip(names, embeddings)), "images.safetensors")
  numpy.save("images.npy", embeddings); pathlib.Path("images.txt").write_text("\\n".join(names))
`;

export function commandOf({ name, command = `deno task ${name}` }: TaskHelp): string {
  return command;
}

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
    ...("image-embeddings" in flags ? [EMBEDDINGS] : []),
    ...task.words === undefined ? [] : [
      glossaryText([...task.words, MODEL, ...flags["data"] === FLAGS.data ? [DATA] : []]),
    ],
  ].join("\n");
}
