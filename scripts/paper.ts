/**
 * Everything that the paper reports, on any model and data, in one folder with one report.
 *
 *     deno task paper
 *     deno task paper --model openai/clip-vit-base-patch32 --data results/download/existence.json --images results/download/visual7w
 */

import { progressBar } from "../lib/cli/bar.ts";
import { choiceOf, DATA_FLAGS, MODEL_FLAGS } from "../lib/cli/choice.ts";
import { picturesFlags, readFlag, textFlag } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { say } from "../lib/cli/say.ts";
import { runTask } from "../lib/cli/task.ts";
import { CLIPSEG } from "../lib/hub/name.ts";
import { runPaper } from "../lib/paper/paper.ts";
import { PARTS } from "../lib/paper/parts.ts";
import { PAPER_FILES } from "../lib/paper/paper_folder.ts";
import { printError } from "../lib/show/terminal.ts";
import { flagName, SEED } from "../lib/study/choice/study_options.ts";

const HELP = {
  name: "paper",
  does:
    "runs every experiment of the paper and puts its figures beside the published ones: one report in the paper's order, with a methods paragraph and a checklist. The same command goes on after an interruption.",
  example:
    "deno task paper --model openai/clip-vit-base-patch32 --data existence.json --images images",
  writes: [
    ...PAPER_FILES,
    ...[...PARTS.map(({ name }) => name), "segment", "generalise", "compare"].map((name) =>
      `${name}/`
    ),
  ],
};

const FLAGS = {
  ...flagSet(
    ...MODEL_FLAGS,
    "random-weights",
    ...DATA_FLAGS,
  ),
  sentences: {
    value: "FILE|none",
    help:
      "sentences elsewhere, on which the heads are compared, or none (default: the embedded ones for the embedded model)",
  },
  segmenter: {
    value: "FOLDER|NAME",
    help:
      `a CLIPSeg that measures the sizes of subjects, such as ${CLIPSEG} (default: those of the data)`,
  },
  ...flagSet("seed", "out", "overwrite", "cache", "format", "venue", "quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  const quiet = values["quiet"] === true;
  const tell = quiet ? () => {} : say;
  const out = textFlag(values, "out") ?? "results/paper";
  const done = await runPaper(choiceOf(values), {
    ...{ out, say: tell, warn: quiet ? () => {} : printError },
    segmenter: textFlag(values, "segmenter"),
    sentences: textFlag(values, "sentences"),
    seed: readFlag("seed", textFlag(values, "seed")!, SEED)!,
    overwrite: values["overwrite"] === true,
    pictures: picturesFlags(values),
    bar: (label) => progressBar(label, { quiet }),
    cache: textFlag(values, "cache") ?? true,
    called: (option) => `--${flagName(option)}`,
  });
  if (done === undefined) {
    tell(`This shard is finished: ${out} (deno task merge makes the whole of all shards)`);
    return;
  }
  tell(done.text);
  tell(done.files);
});
