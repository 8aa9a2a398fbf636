/**
 * What each part of the image tower adds to d.
 *
 *     deno task ablate
 *     deno task ablate --model FOLDER --data existence.json --images FOLDER
 */

import { firstOfEachImage } from "../lib/data/pairs.ts";
import { ABLATED, type Ablated, ablateImages } from "../lib/experiments/ablate.ts";
import { ablationTables } from "../lib/experiments/ablate_tables.ts";
import { ablationChart } from "../lib/report/charts/ablation.ts";
import { ablationFindings, scoreFindings } from "../lib/report/findings.ts";
import {
  finishRun,
  heading,
  progressBar,
  RUN_FLAGS,
  SCORE_FILES,
  scoreRows,
  startRun,
  writtenFiles,
} from "./run.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "ablate",
  does:
    "replaces each block's attention or MLP output in the image tower by that on a flat image and measures what that does to d.",
  example: "deno task ablate --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [
    ...SCORE_FILES,
    "ablation.csv",
    "ablation_summary.csv",
    "ablation.vl.json",
    "ablation.svg",
  ],
};

await runTask(HELP, RUN_FLAGS, async (values) => {
  const run = await startRun(HELP, values);
  if (run === undefined) return;
  const { clip, rows: { pairs, readPairImage }, prepared, folder, seed, quiet } = run;
  await clip.image.tower.prepare(ABLATED); // what cannot be reached is told before the work
  const { evaluate, summary, sentences } = await scoreRows(run);
  const firsts = firstOfEachImage(pairs);
  const names = [...firsts.keys()];
  const places = new Map(names.map((name, place) => [name, place]));
  const results: Ablated[] = [];
  await run.stopwatch.measure("ablate", async () => {
    using bar = progressBar("ablate", { quiet });
    const pixels = (name: string) =>
      readPairImage!(firsts.get(name)!).then((bytes) => clip.image.pixels(bytes, name));
    const batches = ablateImages(clip.image, names, { pixels, progress: bar.report });
    for await (const batch of batches) results.push(...batch);
  });
  const rows = evaluate.rows.map((scores, row) => ({
    scores,
    image: places.get(scores.image)!,
    cluster: prepared.distinct[prepared.indexOfRow[row]!]!.key,
  }));
  const tables = ablationTables(rows, results, { sentences, seed });
  await folder.writeTable(tables.ablation);
  await folder.writeTable(tables.summary);
  const chart = ablationChart(tables.summary.rows, { sources: run.identity.sources });
  await run.stopwatch.measure("charts", () => folder.writeChart("ablation", chart, run.formats));
  await finishRun(run);
  if (quiet) return;
  console.log(heading(run));
  console.log(scoreFindings(summary.rows));
  console.log(ablationFindings(tables.summary.rows));
  console.log(`Files in ${folder.path}: ${writtenFiles(HELP, run.formats).join(", ")}`);
});
