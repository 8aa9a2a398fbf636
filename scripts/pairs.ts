/** Makes controlled pairs: a negator in several frames, each sentence as often true as false. */

import {
  choiceOf,
  flagSet,
  type FlagValues,
  optionFlag,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { wholeNumber } from "../lib/options/option.ts";
import { pairsOnFiles } from "../lib/runs/pairs_on_files.ts";
import { runTask } from "../lib/cli/task.ts";

const MOST = wholeNumber({
  min: 2,
  max: 1e6,
  standard: 200,
  help: "the most rows of a frame with a negator and a scope",
});

export const help = {
  name: "pairs",
  does:
    `makes minimal pairs of equal token length in frames x negators x scope. Of each sentence pair as many images have the object as lack it, so that sentences alone tell nothing; --data controlled_pairs.json gives them to all experiments.

--data says what is in each image: CSV with image,present[,absent], whose cells have names with | between them; COCO's instances; or NegBench's file for retrieval. Of NegBench's multiple choice and of NegRefCOCOg, it makes the minimal pairs that are in the rows, which are not balanced.`,
  example: "--model openai/clip-vit-base-patch32 --data instances_val2017.json",
};

export const flags = {
  ...flagSet("model", "weights", "tokenizer"),
  data: { value: "FILE", help: "what is in each image (default: the embedded drawings)" },
  rows: { value: "N", help: MOST.help, default: `${MOST.standard}` },
  ...flagSet("skip-bad", "seed", "out", "overwrite", "quiet"),
};

export async function work(values: FlagValues): Promise<void> {
  const { model, weights, tokenizer, skipBad } = choiceOf(values);
  const most = optionFlag(values, "rows", MOST)!;
  const task = { model, weights, tokenizer, skipBad, data: textFlag(values, "data"), most };
  await pairsOnFiles(task, settingsOf(values, help));
}

if (import.meta.main) await runTask(help, flags, work);
