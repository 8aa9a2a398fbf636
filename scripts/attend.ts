/**
 * Which attention heads look at the negator.
 *
 *     deno task attend
 *     deno task attend --model FOLDER --data existence.json
 */

import { attendPairs } from "../lib/experiments/attend.ts";
import { attentionTables, mostSelectiveLayer } from "../lib/experiments/attend_tables.ts";
import { headRoles } from "../lib/report/charts/head_roles.ts";
import { selectivityMap } from "../lib/report/charts/selectivity_map.ts";
import { headFindings, scoreFindings } from "../lib/report/findings.ts";
import {
  CLOSING_FILES,
  finishRun,
  progressBar,
  RUN_FLAGS,
  scoreRows,
  startRun,
  writtenFiles,
} from "./run.ts";
import { type FlagValues, numberFlag } from "./flags.ts";
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
    ...CLOSING_FILES,
  ],
};

await runTask(HELP, [...RUN_FLAGS, "layer"], async (values) => {
  layerFlag(values, 1000); // what no model has is found out before one is loaded
  const run = await startRun(HELP, values, { imagesAre: "used" });
  if (run === undefined) return;
  const { clip, rows: { pairs, readPairImage }, prepared, folder, seed } = run;
  const wantedLayer = layerFlag(values, clip.config.text.layers);
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
    await folder.writeChart("selectivity", map, run.pictures);
    const roles = headRoles(tables.headRoles.rows, { sources, layer });
    await folder.writeChart("head_roles", roles, run.pictures);
  });
  const scored = scores === undefined ? [] : [scoreFindings(scores.summary.rows)];
  await finishRun(run, [...scored, headFindings(tables.heads.rows)]);
  if (run.quiet) return;
  console.log(`Files in ${folder.path}: ${writtenFiles(HELP, run.pictures).join(", ")}`);
});

function layerFlag(values: FlagValues, layers: number): number | undefined {
  return numberFlag(values, "layer", { min: 1, max: layers });
}
