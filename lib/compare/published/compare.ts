/** Compares runs with the published figures, cell by cell. */

import { fillTable, type Table } from "../../tables/table.ts";
import {
  cellKey,
  COMPARED_TABLES,
  type ComparedCell,
  type ComparedName,
  COMPARISON,
  type ComparisonRow,
} from "./cells.ts";
import { joinRows } from "../../tables/estimates.ts";
import type { PublishedTables } from "./published.ts";
import type { RunTables } from "./run_tables.ts";
import { NegscopeError } from "../../errors.ts";
import { type ComparisonSummaryRow, summarizeComparison } from "./summary.ts";
import { withBaselines } from "./baselines.ts";
import { hasPublishedPlaces, matchPublished, type PublishedMatch } from "./published_model.ts";

/** Runs compared with the published figures. */
export interface Comparison {
  /** comparison.csv. */
  readonly comparison: Table<ComparisonRow>;
  /** comparison_summary.csv. */
  readonly summary: Table<ComparisonSummaryRow>;
  /** For each run, whether it is of the published model and data. */
  readonly matches: readonly PublishedMatch[];
  /** The folders of the runs with random weights that serve as baselines. */
  readonly baselines: readonly string[];
}

export function compareRuns(published: PublishedTables, all: readonly RunTables[]): Comparison {
  const { compared: runs, baselines } = withBaselines(all);
  for (const { name, schema } of COMPARED_TABLES) {
    const [first, second] = runs.filter(({ tables }) => tables.has(name));
    if (second === undefined) continue;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare runs "${
        first!.record.folder
      }" and "${second.record.folder}" at once`,
      subject: `${schema.name}.csv`,
      reason: `both have ${schema.name}.csv`,
      fix: "name only one of them",
    });
  }
  const matches = runs.map(matchPublished);
  const verdicts = matches.flatMap(({ tables, verdict }) =>
    tables.map((name) => [name, verdict] as const)
  );
  const comparison = compareTables(
    published,
    new Map(runs.flatMap(({ tables }) => [...tables])),
    runs.every(({ record }) => hasPublishedPlaces(record.text)),
  );
  const random = baselines.map(({ tables }) => compareTables(published, tables).rows);
  const summary = summarizeComparison(comparison.rows, new Map(verdicts), random);
  const folders = baselines.map(({ record: { folder } }) => folder);
  return { comparison, summary, matches, baselines: folders };
}

/**
 * comparison.csv: every cell of each published table that a run has, in the published order.
 *
 * @param isSamePlace Whether layers and heads of equal numbers are at the same place in both text towers.
 */
export function compareTables(
  published: PublishedTables,
  measured: ReadonlyMap<ComparedName, readonly ComparedCell[]>,
  isSamePlace = false,
): Table<ComparisonRow> {
  const rows = COMPARED_TABLES.flatMap(({ name }) => {
    const cells = measured.get(name);
    if (cells === undefined) return [];
    return joinRows(published.get(name)!, cells, cellKey).flatMap(({ first, second }) => {
      if (first === undefined) return [];
      const { value: published, ...key } = first;
      const { value: measured, low, high } = second ?? {};
      const difference = measured === undefined ? undefined : measured - published;
      const isInside = low === undefined || high === undefined || !isSamePlace
        ? undefined
        : low <= published && published <= high;
      const inside = isInside === undefined ? undefined : isInside ? "yes" as const : "no" as const;
      return { table: name, ...key, published, measured, low, high, difference, inside };
    });
  });
  return fillTable(COMPARISON, rows);
}
