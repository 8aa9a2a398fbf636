/**
 * Simulates how often the kit's tests reject without a relation, and how often its intervals contain the truth.
 *
 *     deno task bench:statistics --sets 20
 *     deno task bench:statistics --document docs/statistics.md
 *
 * The second command takes about half an hour of one core's time, for 1000 data sets for each cell.
 */

import { say } from "../../lib/show/terminal.ts";
import { flagSet, numberFlag, settingsOf } from "../../lib/cli/flags.ts";
import { runTask } from "../../lib/cli/task.ts";
import { allSets, simulations, simulationsText } from "./report.ts";
import { inTurns, type Steps } from "../../lib/stats/steps.ts";
import { DOCUMENT, documentWriter } from "../bench/document.ts";

const HELP = {
  name: "bench:statistics",
  does:
    "simulates how often tests reject without a relation and how often intervals contain the truth.",
  example: "deno task bench:statistics --sets 20",
};

const FLAGS = {
  sets: { value: "N", help: "simulated data sets for each cell of the tables", default: "1000" },
  document: DOCUMENT,
  ...flagSet("quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  const sets = numberFlag(values, "sets", { min: 1, max: 1e6 })!;
  const document = await documentWriter(values, "simulations");
  using bar = settingsOf(values, HELP).bar("simulate");
  const found = await inTurns(counted(simulations(sets), allSets(sets), bar.report));
  const report = simulationsText(found, sets);
  say(report);
  await document(report);
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
