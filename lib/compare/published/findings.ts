/** How far the published and the measured cells of a table differ, in a table and in sentences. */

import { groupsOf } from "../../charts/texts.ts";
import { linesTable, numberText } from "../../tables/text_table.ts";
import { studyDifference } from "../same_study.ts";
import { baselineCommand, type PublishedMatch, type PublishedVerdict } from "./published_model.ts";
import {
  cellKey,
  COMPARED_TABLES,
  type ComparedName,
  type ComparisonRow,
  type RunTables,
} from "./figures.ts";
import type { Comparison } from "./compare.ts";
import { numberOrNone } from "../../study/columns.ts";
import {
  count,
  fillTable,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { median } from "../../stats/columns.ts";
import { agreementOf, cellText, freeCells, type PlacedCell } from "../agreement.ts";

export const VERDICTS: Readonly<Record<PublishedVerdict, string>> = {
  "not published":
    "not the published model/data: differences are expected and no agreement is claimed",
  "unknown":
    "whether this is the published model/data cannot be told: differences may be expected and no agreement is claimed",
  "as published":
    "sizes and row counts are those of the published model and data; how near its figures come, the table says",
};

export function comparisonText(
  { summary, matches, baselines }: Comparison,
  runs: readonly RunTables[],
): string {
  const compared = runs.filter(({ record: { folder } }) => !baselines.includes(folder));
  const bare = compared.filter((run) =>
    summary.rows.some(({ table, n_random }) => n_random === 0 && run.tables.has(table))
  );
  return [
    matchFindings(matches) + sourceFindings(compared),
    comparisonFindings(summary.rows) +
    baselineFindings(bare.map(({ record }) => baselineCommand(record))) +
    missingFindings(COMPARED_TABLES, matches.flatMap(({ tables }) => tables)),
  ].join("\n");
}

export function matchFindings(matches: readonly PublishedMatch[]): string {
  return groupsOf(matches, ({ checks }) => JSON.stringify(checks)).map((alike) => {
    const { verdict, checks } = alike[0]!;
    const runs = alike.map(({ folder, tables }) => `${folder} (${tables.join(", ")})`);
    const lines = checks.filter(({ found, published }) => found !== published)
      .map(({ subject, published, found }) =>
        `  ${subject}: ${found ?? "unknown"}; published: ${published}\n`
      );
    return `${runs.join(" and ")}: ${VERDICTS[verdict]}\n${lines.join("")}`;
  }).join("");
}

/** Warns if the models or the data of two of the runs differ, and says in what first. */
function sourceFindings(runs: readonly RunTables[]): string {
  const differences = runs.flatMap(({ record }, i) =>
    runs.slice(i + 1).map((other) => studyDifference(record, other.record) ?? [])
  ).flat();
  return differences.length === 0
    ? ""
    : `The runs are not of one model and data: they differ in ${differences[0]}\n`;
}

export function missingFindings(
  all: readonly { readonly name: string; readonly task: string }[],
  compared: readonly string[],
): string {
  const missing = all.filter(({ name }) => !compared.includes(name));
  return groupsOf(missing, ({ task }) => task).map((group) => {
    const names = group.map(({ name }) => name).join(", ");
    return `Not in these runs: ${names}; name a run of deno task ${group[0]!.task} too\n`;
  }).join("");
}

/** What is said above a table of cells. */
export const CELLS_TITLE =
  "Published and measured, cell by cell (without the cells that the method fixes for every model)";

export function comparisonFindings(rows: readonly ComparisonSummaryRow[]): string {
  const runs = Math.max(...rows.map(({ n_random }) => n_random));
  const words = runs > 0
    ? `random: rho of the same model with random weights, which has learnt nothing\n  (median of ${runs} runs, least to most); only what rho has above it is agreement\n`
    : "";
  return `${CELLS_TITLE}\n${linesTable(comparisonLines(rows))}${words}`;
}

/** A line for each table; those about intervals and random weights stand there if some table has them. */
export function comparisonLines(rows: readonly ComparisonSummaryRow[]) {
  const isInside = rows.some(({ n_intervals }) => n_intervals > 0);
  const isRandom = rows.some(({ n_random }) => n_random > 0);
  return rows.map((row) => ({
    table: row.table,
    cells: `${row.n} of ${row.cells}`,
    rho: row.rho,
    ...isRandom && { random: range(row.rho_random, row.rho_random_least, row.rho_random_most) },
    ...isInside && {
      inside: row.n_intervals === 0 ? "" : `${row.n_inside} of ${row.n_intervals}`,
    },
    "mean |difference|": row.mean_absolute_difference,
    largest: row.largest_absolute_difference,
    at: row.at,
  }));
}

export function baselineFindings(commands: readonly (string | undefined)[]): string {
  if (commands.length === 0) return "";
  const known = commands.filter((command) => command !== undefined);
  const how = known.length === 0
    ? "  Run the same model and data with --random-weights N, and name that run too.\n"
    : `  This makes a baseline, to be named beside the other runs (more seeds show its\n  spread):\n${
      known.map((command) => `  ${command}\n`).join("")
    }`;
  return `No baseline: a model with random weights has a rho far from 0 too, since\n` +
    `  position, the causal mask and the method shape its tables as well.\n${how}`;
}

/** A median with the least and the largest value, if there are several. */
function range(median?: number, least?: number, most?: number): string {
  if (median === undefined) return "";
  if (least === most) return numberText(median, 3);
  return `${numberText(median, 3)} (${numberText(least!, 3)} to ${numberText(most!, 3)})`;
}

export const COMPARISON_SUMMARY = table("comparison_summary", "One row for each table.", {
  table: text<ComparedName>("The published table."),
  model_and_data: text<PublishedVerdict>(
    "`as published`, `not published` or `unknown`, from the towers' sizes, the protocol and the row counts.",
  ),
  cells: count("The table's published cells.", "cells"),
  n: count(
    "Those that also have a measured value, without those that the method fixes; the columns after this one are over them.",
    "cells",
  ),
  rho: numberOrNone(
    "",
    "Spearman's rho of the published and the measured values; empty below three cells.",
  ),
  mean_absolute_difference: numberOrNone("", "Mean of |difference|."),
  n_intervals: count("Those for which `inside` is told.", "cells"),
  n_inside: count("Those whose published value is inside the measured one's interval.", "cells"),
  largest_absolute_difference: numberOrNone("", "Largest |difference|."),
  at: optional(text("Its cell.")),
  n_random: count(
    "Runs of the same model and data with random weights.",
    "runs",
  ),
  rho_random: numberOrNone(
    "",
    "The baseline of rho: the median of the n_random runs. It is far from 0 where position, the causal mask and the method shape the table.",
  ),
  rho_random_least: numberOrNone("", "The least of them."),
  rho_random_most: numberOrNone("", "The largest of them."),
});

/** A row of comparison_summary.csv: how far the cells of one table differ. */
export type ComparisonSummaryRow = Row<
  {
    table: "correlation_with_d" | "causal_trace" | "negator_attention" | "negator_attention_layer4";
    model_and_data: PublishedVerdict;
    at: string | undefined;
  },
  "cells" | "n" | "n_intervals" | "n_inside" | "n_random",
  | "rho"
  | "mean_absolute_difference"
  | "largest_absolute_difference"
  | "rho_random"
  | "rho_random_least"
  | "rho_random_most"
>;

/**
 * Summarises how far the cells of each table differ. Cells that the method fixes for every model would make any two traces look alike: the roles
 * before the negator are 0, the embeddings' layer is 1 at the negator and 0 elsewhere, the last layer is 1 at the end token and 0 elsewhere
 * (method of Quantmeyer et al. 2024, section 4). They are left out.
 */
export function summarizeComparison(
  rows: readonly ComparisonRow[],
  verdicts: ReadonlyMap<ComparedName, PublishedVerdict>,
  baselines: readonly (readonly ComparisonRow[])[] = [],
): Table<ComparisonSummaryRow> {
  const summaries = [...Map.groupBy(rows, ({ table }) => table)].map(([table, group]) => ({
    table,
    model_and_data: verdicts.get(table) ?? "unknown",
    ...summarizeCells(group),
    ...baselineCells(baselines.map((cells) => summarizeCells(sameCells(group, cells)))),
  }));
  return fillTable(COMPARISON_SUMMARY, summaries);
}

type Baseline = "n_random" | `rho_random${"" | "_least" | "_most"}`;

/** The cells of a baseline that a run has a value in, so that both r are over the same cells; the others are left empty. */
function sameCells(
  run: readonly ComparisonRow[],
  baseline: readonly ComparisonRow[],
): ComparisonRow[] {
  const keyOf = (row: ComparisonRow) => `${row.table},${cellKey(row)}`;
  const measured = new Map(baseline.map((row) => [keyOf(row), row.measured]));
  return run.map((row): ComparisonRow => {
    const other = row.measured === undefined ? undefined : measured.get(keyOf(row));
    return { ...row, measured: other };
  });
}

function baselineCells(
  runs: readonly Pick<ComparisonSummaryRow, "rho">[],
): Pick<ComparisonSummaryRow, Baseline> {
  const known = runs.flatMap(({ rho }) => rho ?? []).sort((a, b) => a - b);
  return {
    n_random: known.length,
    rho_random: median(known),
    rho_random_least: known[0],
    rho_random_most: known.at(-1),
  };
}

function summarizeCells(
  rows: readonly ComparisonRow[],
): Omit<ComparisonSummaryRow, "table" | "model_and_data" | Baseline> {
  const isFree = freeCells(rows, placeOf);
  const free = rows.filter(isFree);
  const { largest, ...agreement } = agreementOf(
    free,
    ({ published, measured }) => [published, measured],
  );
  return {
    cells: rows.length,
    ...agreement,
    n_intervals: free.filter(({ inside }) => inside !== undefined).length,
    n_inside: free.filter(({ inside }) => inside === "yes").length,
    at: largest && cellText(largest),
  };
}

/** Where a cell stands in a trace; the published one is of the residual stream. */
function placeOf({ table, layer, role, measured }: ComparisonRow): PlacedCell {
  return { site: table === "causal_trace" ? "resid" : undefined, layer, role, values: [measured] };
}
