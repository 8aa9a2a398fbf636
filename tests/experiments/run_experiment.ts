/** Runs of the kit's experiments on the committed model, with options that each of them can have. */

import { assertEquals, assertGreater, assertRejects } from "@std/assert";
import { SCREEN } from "../../lib/charts/spec.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import type { AnyExperiment } from "../../lib/study/experiment/experiment.ts";
import { completeOptions } from "../../lib/options/values.ts";
import { mergeRuns } from "../../lib/runs/merge_runs.ts";
import { runOnFiles } from "../../lib/runs/run_experiment.ts";
import type { StudyChoice } from "../../lib/study/choice/study_options.ts";
import { differingFiles, keptRows } from "../scripts/killed_run.ts";
import { inFolder } from "../scripts/task_process.ts";
import { TINY, TINY_DISTURBED } from "../studies.ts";

const CHOICE: StudyChoice = {
  model: TINY.model,
  data: TINY.pairs,
  images: TINY.images,
  threads: 1,
  cluster: "noun", // so that what names clusters cannot name the standard ones
};
const PICTURES = { formats: [], preset: SCREEN };

/** Options other than the defaults, for experiments with a choice that adds rows, or one without which there are no shards. */
export function optionsOf({ name, options }: AnyExperiment): Readonly<Record<string, unknown>> {
  const others = {
    segments: ["correct", "incorrect", "ambiguous"],
    from: TINY_DISTURBED,
    parts: ["head 1.1", "mlp 2"],
    random: 3,
    ...name === "ablate" && { control: ["image", "determiner", "random"] }, // random towers are slow: once
    circuit: { nodes: ["head 1.1", "head 2.2", "mlp 3"] },
    receivers: [{ layer: 2, head: 1 }, { layer: 3, head: 2 }], // none are searched, so that rows are kept from the beginning
  };
  return completeOptions(
    options,
    Object.fromEntries(Object.entries(others).filter(([option]) => option in options)),
  );
}

export async function runExperiment(
  experiment: AnyExperiment,
  out: string,
  { choice = CHOICE, stop = Infinity }: {
    readonly choice?: StudyChoice;
    /** The number of its own progress reports after which the run fails. */
    readonly stop?: number;
  } = {},
) {
  let reports = 0;
  return await runOnFiles(experiment, optionsOf(experiment), choice, {
    ...{ out, pictures: PICTURES, seed: 0, cache: undefined },
    bar: (label) => ({
      report: () => {
        if (label === experiment.name && ++reports >= stop) throw new Error("stopped here");
      },
      [Symbol.dispose]: () => {},
    }),
  });
}

/** Runs an experiment whole, in two shards that are merged, and stopped and resumed; all three must write the same bytes. */
export function assertMergesAndResumes(experiment: AnyExperiment): Promise<void> {
  return inFolder(async (folder) => {
    const out = (part: string) => `${folder}/${part}`;
    await runExperiment(experiment, out("whole"));
    const shards = [1, 2].map((k) => ({ k, shard: out(`shard-${k}`) }));
    for (const { k, shard } of shards) {
      await runExperiment(experiment, shard, { choice: { ...CHOICE, shard: { k, n: 2 } } });
    }
    const merged = { out: out("merged"), images: CHOICE.images, pictures: PICTURES };
    await mergeRuns(shards.toReversed().map(({ shard }) => shard), ALL_EXPERIMENTS, merged);
    assertEquals(differingFiles(out("merged"), out("whole")), []);
    if (experiment.runs !== "none") {
      const stopped = () => runExperiment(experiment, out("resumed"), { stop: 1 });
      await assertRejects(stopped, Error, "stopped here");
      assertGreater(keptRows(out("resumed"))[experiment.name] ?? 0, 0, "rows are on the disk");
    }
    await runExperiment(experiment, out("resumed"));
    assertEquals(differingFiles(out("resumed"), out("whole")), []);
    assertEquals(await runExperiment(experiment, out("resumed")), undefined); // it is finished
  });
}
