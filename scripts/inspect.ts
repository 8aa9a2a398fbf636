/**
 * A model's towers and hook points.
 *
 *     deno task inspect --model FOLDER
 */

import { sweepEngine } from "../lib/experiments/sweep/sweep.ts";
import { loadModel, MODEL_FLAGS } from "./inputs.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "inspect",
  does: "prints a model's towers and their hook points with axes and sizes.",
  example: "deno task inspect --model clip-vit-base-patch32",
};

await runTask(HELP, MODEL_FLAGS, async (values) => {
  const clip = await loadModel(values);
  console.log(String(clip));
  const { refusal } = await sweepEngine(clip.text);
  console.log(`residual sweeps: ${refusal?.message ?? "by the fast schedule"}`);
  await clip.release();
});
