/**
 * Simulates how often the kit's tests reject without a relation, and how often its intervals contain the truth.
 *
 *     deno task bench:statistics --sets 20
 *     deno task bench:statistics --document docs/statistics.md
 *
 * The second command takes about half an hour of one core's time, for 1000 data sets for each cell.
 */

import { dirname } from "node:path";
import { progressBar } from "../../lib/cli/bar.ts";
import { numberFlag, textFlag } from "../../lib/cli/flag_values.ts";
import { flagSet } from "../../lib/cli/flags.ts";
import { say } from "../../lib/cli/say.ts";
import { runTask } from "../../lib/cli/task.ts";
import { lockFolder } from "../../lib/disk/folder_lock.ts";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { allSets, simulations, simulationsText } from "./simulation/report.ts";
import { inTurns, type Steps } from "../../lib/stats/steps.ts";
import { replaceMarked } from "../../lib/tables/markdown.ts";
import { readDocument } from "../../lib/cli/read_document.ts";

const HELP = {
  name: "bench:statistics",
  does:
    "simulates how often tests reject without a relation and how often intervals contain the truth.",
  example: "deno task bench:statistics --sets 20",
};

const PLACE = "simulations";

await runTask(HELP, flagSet("sets", "document", "quiet"), async (values) => {
  const sets = numberFlag(values, "sets", { min: 1, max: 1e6 })!;
  const document = textFlag(values, "document");
  if (document !== undefined) replaceMarked(await readDocument(document), PLACE, ""); // report a faulty document before the work
  using bar = progressBar("simulate", { quiet: values["quiet"] === true });
  const found = await inTurns(counted(simulations(sets), allSets(sets), bar.report));
  const report = simulationsText(found, sets);
  say(report);
  if (document === undefined) return;
  using _held = await lockFolder(dirname(document), { wait: true, flag: "--document" });
  await writeWhole(document, replaceMarked(await readDocument(document), PLACE, report));
});

/** Reports the progress of a computation whose steps are counted. */
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
