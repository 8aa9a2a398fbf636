/** Runs of experiments that several readers share. */

import type {
  AnyExperiment,
  ExperimentOptions,
} from "../../../../lib/study/experiment/experiment.ts";
import { EXPERIMENTS, type Experiments } from "../../../../lib/experiments/all.ts";
import type { Result } from "../../../../lib/study/result.ts";
import type { Study } from "../../../../lib/study/study.ts";

const RUNS = new WeakMap<Study, Map<string, Promise<unknown>>>();

/** Runs an experiment in a study, or returns the result of an earlier call with the same options. */
export async function runOnce<Name extends keyof Experiments>(
  study: Study,
  experiment: Name,
  options: Partial<ExperimentOptions<Experiments[Name]>> = {},
): Promise<Result<Experiments[Name]>> {
  const runs = RUNS.get(study) ?? new Map<string, Promise<unknown>>();
  RUNS.set(study, runs);
  const key = `${experiment} ${JSON.stringify(options)}`;
  const run = runs.get(key) ?? study.run(EXPERIMENTS[experiment] as AnyExperiment, options);
  runs.set(key, run);
  return await run as Result<Experiments[Name]>;
}
