/**
 * Writes the circuit with which the explorer opens, from an atlas of the embedded model.
 *
 *     deno task atlas --out results/atlas
 *     deno task dev explore:circuit results/atlas
 */

import { runTask } from "../../lib/cli/task.ts";
import { writeWhole } from "../../lib/files/write_whole.ts";
import { readRun, shippedText } from "../../lib/explore/serve/read_run.ts";
import { kitPath } from "../../lib/files/kit_files.ts";

const HELP = {
  name: "circuit",
  operands: "RUN",
  needsOperands: true,
  does: "writes the circuit with which the explorer opens, from an atlas of the embedded model.",
  command: "deno task dev explore:circuit",
  example: "results/atlas",
};

await runTask(HELP, {}, async ({ operands }) => {
  const run = await readRun(operands![0]!);
  await writeWhole(kitPath("data/explore/circuit.json"), shippedText(run));
});
