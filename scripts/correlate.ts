/**
 * Which features of the data set go with d.
 *
 *     deno task correlate
 *     deno task correlate --model FOLDER --data existence.json --images FOLDER
 */

import {
  accuracyBySize,
  auditRepeats,
  correlateFeatures,
  featureRows,
} from "../lib/experiments/correlate.ts";
import { featureBands } from "../lib/experiments/feature_bands.ts";
import { featureScatter } from "../lib/report/charts/feature_scatter.ts";
import { sizeAccuracy } from "../lib/report/charts/size_accuracy.ts";
import { auditFindings, correlationFindings, scoreFindings } from "../lib/report/findings.ts";
import {
  CLOSING_FILES,
  finishRun,
  RUN_FLAGS,
  SCORE_FILES,
  scoreRows,
  startRun,
  writtenFiles,
} from "./run.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "correlate",
  does:
    "correlates similarity of the sentences, their length and the subject's size with d, and audits repeated sentences.",
  example:
    "deno task correlate --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [
    ...SCORE_FILES,
    "features.csv",
    "correlations.csv",
    "audit.csv",
    "size_accuracy.csv",
    "features.vl.json",
    "features.svg",
    "size_accuracy.vl.json",
    "size_accuracy.svg",
    ...CLOSING_FILES,
  ],
};

await runTask(HELP, RUN_FLAGS, async (values) => {
  const run = await startRun(HELP, values);
  if (run === undefined) return;
  const { rows: { pairs }, folder, seed } = run;
  const { evaluate, summary, sentences } = await scoreRows(run);
  const rows = featureRows(pairs, evaluate.rows, sentences);
  const tables = await run.stopwatch.measure("statistics", () => ({
    correlations: correlateFeatures(rows, { seed }),
    audit: auditRepeats(rows),
    sizes: accuracyBySize(rows, { seed }),
  }));
  await folder.writeTable(rows.features);
  await folder.writeTable(tables.correlations);
  await folder.writeTable(tables.audit);
  await folder.writeTable(tables.sizes);
  const { sources } = run.identity;
  await run.stopwatch.measure("charts", async () => {
    const bands = featureBands(rows, { seed });
    const correlations = tables.correlations.rows;
    const scatter = featureScatter(rows.features.rows, { sources, correlations, bands });
    await folder.writeChart("features", scatter, run.pictures);
    await folder.writeChart(
      "size_accuracy",
      sizeAccuracy(tables.sizes.rows, { sources }),
      run.pictures,
    );
  });
  await finishRun(run, [
    scoreFindings(summary.rows),
    correlationFindings(tables.correlations.rows),
    auditFindings(tables.audit.rows),
  ]);
  if (run.quiet) return;
  console.log(`Files in ${folder.path}: ${writtenFiles(HELP, run.pictures).join(", ")}`);
});
