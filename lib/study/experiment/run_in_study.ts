/** An experiment run in memory. */

import type { ResultParts } from "../result.ts";
import type { Study } from "../study.ts";
import type { AnyExperiment } from "./experiment.ts";
import { measureRows, type ReportingBar } from "./measure_rows.ts";
import { outcomeOf } from "./outcome.ts";
import { Stopwatch } from "./stopwatch.ts";

/** How an experiment runs in a study. */
export interface StudyRunOptions {
  /** Makes a progress bar for a phase. @default {none} */
  readonly bar?: ((label: string) => ReportingBar) | undefined;
}

/** Measures all rows of a study, and makes tables, charts and findings. */
export async function runInStudy(
  study: Study,
  experiment: AnyExperiment,
  options: Readonly<Record<string, unknown>>,
  { say, bar }: StudyRunOptions & { readonly say?: ((line: string) => void) | undefined },
): Promise<ResultParts> {
  const { seed, sources, inputs: { choice: { cluster } } } = study;
  const run = { study, stopwatch: new Stopwatch(), seed, owned: false, bar, say };
  const { rows, engines } = await measureRows(experiment, options, run);
  const outcome = await outcomeOf(experiment, rows, { ...options, seed, cluster, sources });
  return { study, options, rows, engines, outcome };
}
