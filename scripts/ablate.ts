/**
 * What each part of the image tower adds to d.
 *
 *     deno task ablate
 *     deno task ablate --model FOLDER --data existence.json --images FOLDER
 */

import { firstOfEachImage } from "../lib/data/pairs.ts";
import { ABLATED } from "../lib/experiments/ablate/ablate.ts";
import { ablateRows } from "../lib/experiments/ablate/ablate_rows.ts";
import { ABLATE_FILES, SCORE_FILES, writeAblate } from "./outputs.ts";
import { keptRows, progressBar, RUN_FLAGS, scoreRows, startRun } from "./run.ts";
import { CLOSING_FILES, finishRun, writtenFiles } from "./run_output.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "ablate",
  does:
    "replaces each block's attention or MLP output in the image tower by that on a flat image and measures what that does to d.",
  example: "deno task ablate --model clip-vit-base-patch32 --data existence.json --images images",
  writes: [...SCORE_FILES, ...ABLATE_FILES, ...CLOSING_FILES],
};

await runTask(HELP, RUN_FLAGS, async (values) => {
  await using run = await startRun(HELP, values);
  if (run === undefined) return;
  const { clip, inputs: { pairs, readPairImage } } = run;
  await clip.image.tower.prepare(ABLATED); // what cannot be reached is told before the work
  const { rows: scored, sentences, findings } = await scoreRows(run);
  const firsts = firstOfEachImage(pairs);
  const pixels = async (name: string) =>
    await clip.image.pixels(await readPairImage!(firsts.get(name)!), name);
  const parts = await run.stopwatch.measure("ablate", async () => {
    const kept = keptRows(run, "ablate", { total: scored.length });
    using bar = progressBar("ablate", run);
    const scores = scored.map((row) => row.scores);
    return await ablateRows(clip.image, scores, { pixels, sentences, kept, progress: bar.report });
  });
  const rows = scored.map((row, i) => ({ ...row, parts: parts[i]! }));
  await finishRun(run, [...findings, ...await writeAblate(run, rows)], rows);
  if (run.quiet) return;
  console.log(`Files in ${run.folder.path}: ${writtenFiles(HELP, run.pictures).join(", ")}`);
});
