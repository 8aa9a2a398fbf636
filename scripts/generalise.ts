/**
 * Runs attend on the data and on sentences elsewhere, and compares the heads: do those that read negation in one read it in the other?
 *
 *     deno task generalise
 *     deno task generalise --model FOLDER --data existence.json --sentences cannot_dataset_v1.1.tsv
 */

import { progressBar } from "../lib/cli/bar.ts";
import { choiceOf, MODEL_FLAGS } from "../lib/cli/choice.ts";
import { picturesFlags, readFlag, textFlag } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { say } from "../lib/cli/say.ts";
import { runTask } from "../lib/cli/task.ts";
import {
  generalise,
  GENERALISE_FILES,
  GENERALISE_RUNS,
} from "../lib/published/elsewhere/generalise.ts";
import { GENERALISE_WORDS } from "../lib/published/elsewhere/findings.ts";
import { fileNames } from "../lib/runs/run_files.ts";
import { printError } from "../lib/show/terminal.ts";
import { flagName, SEED } from "../lib/study/choice/study_options.ts";

const HELP = {
  name: "generalise",
  does:
    `runs attend on the data and on sentences elsewhere, in the folders ${GENERALISE_RUNS.data} and ${GENERALISE_RUNS.elsewhere} of its own, and compares the heads: do those that read negation in one read it in the other? It reads text alone, but with the embedded data also their images.`,
  example:
    "deno task generalise --model openai/clip-vit-base-patch32 --data existence.json --sentences cannot_dataset_v1.1.tsv",
  writes: fileNames(GENERALISE_FILES, ["svg"]),
  words: GENERALISE_WORDS,
};

const FLAGS = flagSet(
  ...MODEL_FLAGS,
  "random-weights",
  ...["data", "sentences", "protocol", "limit", "skip-bad", "cluster", "seed"] as const,
  ...["out", "overwrite", "cache", "format", "venue", "quiet"] as const,
);

await runTask(HELP, FLAGS, async (values) => {
  const quiet = values["quiet"] === true;
  const out = textFlag(values, "out") ?? "results/generalise";
  const tell = quiet ? () => {} : say;
  const chosen = { choice: choiceOf(values), sentences: textFlag(values, "sentences") };
  const { findings, said } = await generalise(chosen, {
    ...{ out, seed: readFlag("seed", textFlag(values, "seed")!, SEED)! },
    ...{ say: tell, warn: quiet ? () => {} : printError },
    overwrite: values["overwrite"] === true,
    pictures: picturesFlags(values),
    bar: (label) => progressBar(label, { quiet }),
    cache: textFlag(values, "cache") ?? true,
    called: (option) => `--${flagName(option)}`,
  });
  tell(findings);
  tell(said);
});
