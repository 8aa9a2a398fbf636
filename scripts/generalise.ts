/** Runs attend on the data and on sentences elsewhere, and compares the heads: do those that read negation in one read it in the other? */

import {
  choiceOf,
  flagSet,
  type FlagValues,
  MODEL_FLAGS,
  OUTPUT_FLAGS,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { generalise, GENERALISE_RUNS } from "../lib/compare/generalise/generalise.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "generalise",
  does:
    `runs attend on the data and on sentences elsewhere, in the folders ${GENERALISE_RUNS.data} and ${GENERALISE_RUNS.elsewhere} of its own, and compares the heads: do those that read negation in one read it in the other? It reads text alone, but with the embedded data also their images.`,
  example:
    "--model openai/clip-vit-base-patch32 --data existence.json --sentences cannot_dataset_v1.1.tsv",
};

export const flags = {
  ...flagSet(...MODEL_FLAGS, "random-weights", "data", "protocol", "limit", "skip-bad", "cluster"),
  ...flagSet("seed", ...OUTPUT_FLAGS),
  sentences: {
    value: "FILE",
    help:
      "the other sentences: CANNOT, premises with hypotheses, or one sentence on each line (default: the embedded model's)",
  },
  circuit: {
    value: "FILE",
    help:
      "circuit.json of a run of circuit on the data: tests the same circuit on the other sentences (default: none)",
  },
};

export async function work(values: FlagValues): Promise<void> {
  const settings = settingsOf(values, help);
  const [sentences, circuit] = ["sentences", "circuit"].map((name) => textFlag(values, name));
  const chosen = { choice: choiceOf(values), sentences, circuit };
  const { findings, said } = await generalise(chosen, settings);
  settings.say(findings);
  settings.say(said);
}

if (import.meta.main) await runTask(help, flags, work);
