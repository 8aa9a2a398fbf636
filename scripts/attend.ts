/**
 * Which attention heads look at the negator.
 *
 *     deno task attend
 *     deno task attend --model FOLDER --data existence.json
 */

import { attendPairs, PATTERNS } from "../lib/experiments/attend.ts";
import { attentionTables, mostSelectiveLayer } from "../lib/experiments/attend_tables.ts";
import { headRoles } from "../lib/report/charts/head_roles.ts";
import { selectivityMap } from "../lib/report/charts/selectivity_map.ts";
import { headFindings, scoreFindings } from "../lib/report/findings.ts";
import {
  finishRun,
  heading,
  progressBar,
  RUN_FLAGS,
  scoreRows,
  startRun,
  writtenFiles,
} from "./run.ts";
import { numberFlag } from "./flags.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "attend",
  does:
    "compares how much every head attends to the negator and to its twin; without images what depends on d stays empty.",
  example: "deno task attend --model clip-vit-base-patch32 --data existence.json",
  writes: [
    "attention.csv",
    "heads.csv",
    "head_roles.csv",
    "selectivity.vl.json",
    "selectivity.svg",
    "head_roles.vl.json",
    "head_roles.svg",
  ],
};

await runTask(HELP, [...RUN_FLAGS, "layer"], async (values) => {
  const run = await startRun(HELP, values, { imagesAre: "used" });
  if (run === undefined) return;
  const { clip, rows: { pairs, readPairImage }, prepared, folder, seed } = run;
  const wantedLayer = numberFlag(values, "layer", { min: 1, max: clip.config.text.layers });
  await clip.text.tower.prepare([PATTERNS]); // what cannot be reached is told before the work
  const scores = readPairImage === undefined ? undefined : await scoreRows(run);
  const heads = await run.stopwatch.measure("attend", async () => {
    using bar = progressBar("attend", { quiet: run.quiet });
    return await attendPairs(clip.text, prepared.distinct, { progress: bar.report });
  });
  const rows = pairs.map(({ id, negation }, row) => {
    const index = prepared.indexOfRow[row]!;
    const d = scores?.evaluate.rows[row]?.d;
    return { id, negation, d, pair: prepared.distinct[index]!, heads: heads[index]! };
  });
  const tables = await run.stopwatch.measure("statistics", () => attentionTables(rows, { seed }));
  await folder.writeTable(tables.attention);
  await folder.writeTable(tables.heads);
  await folder.writeTable(tables.headRoles);
  const { sources } = run.identity;
  const layer = wantedLayer ?? mostSelectiveLayer(tables.heads.rows);
  await run.stopwatch.measure("charts", async () => {
    const map = selectivityMap(tables.heads.rows, { sources });
    await folder.writeChart("selectivity", map, run.formats);
    const roles = headRoles(tables.headRoles.rows, { sources, layer });
    await folder.writeChart("head_roles", roles, run.formats);
  });
  await finishRun(run);
  if (run.quiet) return;
  console.log(heading(run));
  if (scores !== undefined) console.log(scoreFindings(scores.summary.rows));
  console.log(headFindings(tables.heads.rows));
  console.log(`Files in ${folder.path}: ${writtenFiles(HELP, run.formats).join(", ")}`);
});
