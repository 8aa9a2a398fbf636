/** Whole runs of every experiment. */

import { withOptions } from "../../lib/study/experiment/experiment.ts";
import { assert, assertEquals } from "@std/assert";
import { ablate } from "../../lib/experiments/ablate/index.ts";
import { attend } from "../../lib/experiments/attend/index.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { correlate } from "../../lib/experiments/correlate/index.ts";
import { paths } from "../../lib/experiments/paths/index.ts";
import { probe } from "../../lib/experiments/probe/index.ts";
import { transplant } from "../../lib/experiments/transplant/index.ts";
import { outcomeFiles } from "../../lib/study/experiment/outcome.ts";
import { fileNames } from "../../lib/runs/write_results.ts";
import { validate } from "../charts/vega_lite_schema.ts";
import { assertKeysAndIntervals } from "../tables/keys.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { assertMergesAndResumes, optionsOf, runExperiment } from "./run_experiment.ts";

/** A chart of heads that are named, of which a model as small as this has none. */
const NOTHING_TO_DRAW = ["attribution_roles.vl.json"];

/** Files of data whose rows form blocks, as these do. */
const OF_BLOCKS = ["blocks.csv", "blocks_summary.csv"];

for (const experiment of ALL_EXPERIMENTS) {
  Deno.test(`${experiment.name} writes the files that it promises, with valid charts that name the chosen clusters and tables whose keys and intervals hold`, () =>
    inFolder(async (folder) => {
      const { outcome } = (await runExperiment(experiment, folder))!;
      const options = optionsOf(experiment);
      const promised = fileNames(
        outcomeFiles(withOptions(experiment, options), { scored: true }),
        [],
      );
      const expected = promised.filter((name) => !NOTHING_TO_DRAW.includes(name));
      assertEquals(namesIn(folder), [...expected, ...OF_BLOCKS, "manifest.json"].sort());
      outcome.tables.forEach(assertKeysAndIntervals);
      for (const [chart, spec] of outcome.charts) {
        assert(validate(spec), `${chart}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
        assert(!JSON.stringify(spec).includes("sentence pairs"), `${chart} names other clusters`);
      }
    }));
}

/**
 * One experiment for each way of keeping rows, beside that of trace (resume_test.ts) and the searches (circuit/resume_slow_test.ts): rows of
 * the image tower, attention of whole sentences, several lists of rows in one run, fits, none, and another model.
 */
for (const experiment of [ablate, attend, paths, probe, correlate, transplant]) {
  Deno.test(`${experiment.name} merged from shards, and resumed, has the files and bytes of a whole run`, () =>
    assertMergesAndResumes(experiment));
}
