/**
 * Prints a model's towers and hook points.
 *
 *     deno task inspect --model FOLDER
 */

import { sweepEngine } from "../lib/experiments/sweep/sweep.ts";
import { Clip } from "../lib/model/clip.ts";
import { onnxChoice } from "../lib/subject/checksums.ts";
import { findModel } from "../lib/subject/inputs.ts";
import { choiceOf, MODEL_FLAGS } from "../lib/cli/choice.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { say } from "../lib/cli/say.ts";
import { runTask } from "../lib/cli/task.ts";

const HELP = {
  name: "inspect",
  does: "prints a model's towers and their hook points with axes and sizes.",
  example: "deno task inspect --model clip-vit-base-patch32",
};

await runTask(HELP, flagSet(...MODEL_FLAGS, "all"), async (values) => {
  const choice = choiceOf(values);
  const { folder } = await findModel(choice.model);
  const clip = await Clip.load(folder, { threads: choice.threads!, ...onnxChoice(choice) });
  say(clip.describe({ all: values["all"] === true }));
  const { refusal } = await sweepEngine(clip.text);
  say(`residual sweeps: ${refusal?.message ?? "by the fast schedule"}`);
  await clip.release();
});
