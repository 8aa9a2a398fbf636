/** The findings of a comparison with the published figures, in sentences and a small table for a terminal. */

import { groupsOf } from "../../charts/texts.ts";
import { linesTable, numberText } from "../../tables/text_table.ts";
import { studyDifference } from "../study_difference.ts";
import { baselineCommand } from "./baselines.ts";
import { COMPARED_TABLES } from "./cells.ts";
import type { Comparison } from "./compare.ts";
import type { PublishedMatch, PublishedVerdict } from "./published_model.ts";
import type { RunTables } from "./run_tables.ts";
import type { ComparisonSummaryRow } from "./summary.ts";

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
