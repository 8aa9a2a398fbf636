/**
 * Simulates how often the kit's tests reject without a relation, and how often its intervals contain the truth.
 *
 *     deno task dev bench:statistics --sets 20
 *     deno task dev bench:statistics --csv docs/figures/simulations.csv
 *
 * The second command takes about half an hour of one core's time, for 1000 data sets for each cell.
 */

import { flagSet, numberFlag, settingsOf, textFlag } from "../../lib/cli/flags.ts";
import { say } from "../../lib/show/terminal.ts";
import { runTask } from "../../lib/cli/task.ts";
import { writeWhole } from "../../lib/files/write_whole.ts";
import { inTurns, type Steps } from "../../lib/stats/steps.ts";
import { allSets, simulations, simulationsCsv } from "./report.ts";

const HELP = {
  name: "bench:statistics",
  command: "deno task dev bench:statistics",
  does:
    "simulates how often tests reject without a relation and how often intervals contain the truth.",
  example: "--sets 20",
};

const FLAGS = {
  sets: { value: "N", help: "simulated data sets for each cell of the tables", default: "1000" },
  csv: { value: "FILE", help: "a file that takes the table" },
  ...flagSet("quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  const sets = numberFlag(values, "sets", { min: 1, max: 1e6 })!;
  const file = textFlag(values, "csv");
  using bar = settingsOf(values, HELP).bar("simulate");
  const found = await inTurns(counted(simulations(sets), allSets(sets), bar.report));
  const table = simulationsCsv(found);
  if (file === undefined) say(table);
  else await writeWhole(file, table);
});

function* counted<Value>(
  steps: Steps<Value>,
  total: number,
  progress: (done: number, total: number) => void,
): Steps<Value> {
  for (let done = 0;; done++) {
    const step = steps.next();
    if (step.done) return step.value;
    if (done % 100 === 0) progress(done, total);
    yield;
  }
}
