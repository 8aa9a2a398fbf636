/**
 * Everything that the paper reports, on any model and data, in one folder with one report.
 *
 *     deno task paper
 *     deno task paper --model openai/clip-vit-base-patch32 --data results/download/existence.json --images results/download/visual7w
 */

import {
  choiceOf,
  DATA_FLAGS,
  flagSet,
  MODEL_FLAGS,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { runTask, sayParts } from "../lib/cli/task.ts";
import { CLIPSEG } from "../lib/hub/repository.ts";
import { runPaper } from "../lib/paper/paper.ts";
import { PAPER_PARTS, PARTS } from "../lib/paper/parts.ts";

const HELP = {
  name: "paper",
  does:
    "runs every experiment of the paper and puts its figures beside the published ones: one report in the paper's order, with a methods paragraph and a checklist. The same command goes on after an interruption.",
  example:
    "deno task paper --model openai/clip-vit-base-patch32 --data existence.json --images images",
  writes: [
    ...PAPER_PARTS.files,
    ...[...PARTS.map(({ name }) => name), "segment", "generalise", "atlas"].map((name) =>
      `${name}/`
    ),
  ],
};

const FLAGS = {
  ...flagSet(...MODEL_FLAGS, "random-weights", ...DATA_FLAGS),
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
  atlas: {
    help:
      "also runs deno task atlas, in the folder atlas: what the methods that came after the paper say of the same model and data, as the last chapter",
  },
  ...flagSet(
    "seed",
    "out",
    "overwrite",
    "cache",
    "format",
    "venue",
    "font",
    "spreadsheet",
    "quiet",
  ),
};

await runTask(HELP, FLAGS, async (values) => {
  const settings = settingsOf(values, HELP);
  const done = await runPaper(choiceOf(values), {
    ...settings,
    segmenter: textFlag(values, "segmenter"),
    sentences: textFlag(values, "sentences"),
    atlas: values["atlas"] === true,
  });
  sayParts(done, settings);
});
