/** Compares results of a study with the published figures: runs from tables in memory. */

import type { ChartSpec } from "../../charts/spec.ts";
import { towerChecksums, UNKNOWN } from "../../files/manifest.ts";
import type { Result } from "../../study/result.ts";
import { CsvRow } from "../../tables/csv.ts";
import { comparisonCharts } from "./chart.ts";
import { compareRuns, type Comparison } from "./compare.ts";
import { comparisonText } from "./findings.ts";
import { readPublished } from "./published.ts";
import { type RunTables, tablesOfRun } from "./run_tables.ts";

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
  const runs = results.map(tablesOfResult);
  const compared = compareRuns(await readPublished(), runs);
  const sources = results[0]?.sources ?? { model: [], data: [] };
  return {
    ...compared,
    charts: new Map(Object.entries(comparisonCharts(compared, sources))),
    findings: comparisonText(compared, runs),
  };
}

/** What `readRunTables` reads from a run's folder, from a result in memory. */
function tablesOfResult({ study, sources, rows, allTables }: Result): RunTables {
  const { inputs, config, taken } = study;
  const { modelName, protocol, embeddings, choice: { randomWeights } } = inputs;
  const record = {
    folder: modelName,
    text: config.text,
    image: embeddings === undefined ? config.vision ?? UNKNOWN : UNKNOWN, // else its tower did not run
    protocol,
    kept: rows.length,
    sources,
    towers: towerChecksums(taken),
    ...(randomWeights !== undefined && { randomWeights }),
  };
  const files = allTables.map(({ name, rows }): [string, CsvRow[]] => [
    name,
    rows.map((row, index) => csvRow(row, { source: `${name}.csv`, row: index + 2 })),
  ]);
  return tablesOfRun(record, new Map(files));
}

function csvRow(row: object, place: CsvRow["place"]): CsvRow {
  const cells = Object.entries(row).map(([column, cell]) => [column, String(cell ?? "")]);
  return new CsvRow(Object.fromEntries(cells), place);
}
