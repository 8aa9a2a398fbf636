/** Compares results of a study with the published figures: runs from tables in memory. */

import type { ChartSpec } from "../../charts/spec.ts";
import type { Protocol } from "../../data/pairs.ts";
import {
  type RecordedFile,
  type RunRecord,
  towerChecksums,
  UNKNOWN,
} from "../../files/run_record.ts";
import type { ClipConfig } from "../../model/config.ts";
import type { Result } from "../../study/result.ts";
import type { Study } from "../../study/study.ts";
import { CsvRow } from "../../tables/csv_row.ts";
import { compareRuns, type Comparison } from "./compare.ts";
import { comparisonCharts, comparisonText } from "./outcome.ts";
import { readPublished } from "./published.ts";
import { type RunTables, tablesOfRun } from "./run_tables.ts";

/** A table of any experiment. */
export interface MeasuredTable {
  /** The file's name without its extension. */
  readonly name: string;
  /** The rows of the table. */
  readonly rows: readonly object[];
}

/** What a run records about its model; a `Clip` has it. */
export interface MeasuredModel {
  /** The model's folder. */
  readonly folder: string;
  /** Its sizes; those of the image tower are unknown if embeddings made elsewhere stand in for it. */
  readonly config: Pick<ClipConfig, "text"> & Partial<Pick<ClipConfig, "vision">>;
}

/** The measured tables and their sources. */
export interface Measured {
  /** The protocol by which sentences were aligned. */
  readonly protocol: Protocol;
  /** The number of rows that were used. */
  readonly kept: number;
  /** The seed of random weights, if they replaced the model's own. */
  readonly randomWeights?: number | undefined;
  /** For each tower, one checksum for its files. @default {not known} */
  readonly towers?: RunRecord["towers"];
  /** Checksums of the model's and the data's files. */
  readonly sources: {
    readonly model: readonly RecordedFile[];
    readonly data: readonly RecordedFile[];
  };
  /** summary, which shows whether the data are the published data, and those of trace, heads and head_roles that are compared. */
  readonly tables: readonly MeasuredTable[];
}

/** Returns what `readRunTables` reads from a run's folder, without a folder. */
export function measuredRun(
  clip: MeasuredModel,
  { protocol, kept, sources, tables, towers = {}, randomWeights }: Measured,
): RunTables {
  const { text, vision } = clip.config;
  const files = tables.map(({ name, rows }): [string, CsvRow[]] => {
    const source = `${name}.csv`;
    return [name, rows.map((row, index) => csvRow(row, { source, row: index + 2 }))];
  });
  const record = {
    folder: clip.folder,
    text,
    image: vision ?? UNKNOWN,
    protocol,
    kept,
    sources,
    towers,
    ...(randomWeights !== undefined && { randomWeights }),
  };
  return tablesOfRun(record, new Map(files));
}

function csvRow(row: object, place: { readonly source: string; readonly row: number }): CsvRow {
  const cells = Object.entries(row).map(([column, cell]) => [column, String(cell ?? "")] as const);
  return new CsvRow(Object.fromEntries(cells), place);
}

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
      protocol: study.inputs.protocol,
      kept: rows.length,
      sources,
      tables: allTables,
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
