/** Compares results of a study with the published figures. */

import type { ChartSpec } from "../charts/spec.ts";
import { towerChecksums } from "../files/run_record.ts";
import type { Result } from "../study/result.ts";
import type { Study } from "../study/study.ts";
import { compareRuns, type Comparison } from "./compare.ts";
import { comparisonCharts, comparisonText } from "./comparison/outcome.ts";
import { type MeasuredModel, measuredRun } from "./measured_run.ts";
import { readPublished } from "./published.ts";

/** Results compared with the published figures, as `deno task compare` does for runs. */
export interface ComparedResults extends Comparison {
  /** The charts by the names of their files: `comparison`, `comparison_maps` and `comparison_heads`. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  /** The findings. */
  readonly findings: string;
}

/**
 * Compares results with the figures of Quantmeyer et al. 2024.
 *
 * @param results Results of `trace` at site resid, of `attend`, or of both; beside them any number of results of the same model and data with
 * `randomWeights`, which are their baselines.
 * @throws {NegscopeError} If a result has no published table, two results have the same table, the trace is of another site, or a
 * baseline is of another model or other data.
 */
export async function compareResults(results: readonly Result[]): Promise<ComparedResults> {
  const runs = results.map(({ study, sources, rows, allTables }) =>
    measuredRun({ folder: study.inputs.modelName, config: configOf(study) }, {
      ...{ protocol: study.inputs.protocol, kept: rows.length, sources, tables: allTables },
      towers: towerChecksums(study.taken),
      randomWeights: study.inputs.choice.randomWeights,
    })
  );
  const compared = compareRuns(await readPublished(), runs);
  const [first] = results;
  const sources = first?.sources ?? { model: [], data: [] };
  return {
    ...compared,
    charts: new Map(Object.entries(comparisonCharts(compared, sources))),
    findings: comparisonText(compared, runs),
  };
}

/** The sizes of the towers that ran; the image tower does not where embeddings made elsewhere stand in for it. */
function configOf({ config, inputs }: Study): MeasuredModel["config"] {
  return inputs.embeddings === undefined ? config : { text: config.text };
}
