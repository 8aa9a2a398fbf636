/** The findings of a comparison with the published figures, in sentences and a small table for a terminal. */

import type { PublishedMatch, PublishedVerdict } from "./published_model.ts";
import type { ComparisonSummaryRow } from "./summary.ts";
import { roleLabel } from "../../charts/roles.ts";
import { groupsOf } from "../../charts/spec.ts";
import { numberText, textTable } from "../../tables/text_table.ts";

/** What each verdict says about the figures. */
export const VERDICTS: Readonly<Record<PublishedVerdict, string>> = {
  "not published":
    "not the published model/data: differences are expected and no agreement is claimed",
  "unknown":
    "whether this is the published model/data cannot be told: differences may be expected and no agreement is claimed",
  "as published":
    "sizes and row counts are those of the published model and data; how near its figures come, the table says",
};

/** Says whether runs are of the published model and data, and what shows it. */
export function matchFindings(matches: readonly PublishedMatch[]): string {
  const alike = groupsOf(matches, ({ checks }) => JSON.stringify(checks));
  return alike.map(alikeFindings).join("");
}

function alikeFindings(matches: readonly PublishedMatch[]): string {
  const { verdict, checks } = matches[0]!;
  const runs = matches.map(({ folder, tables }) => `${folder} (${tables.join(", ")})`);
  const lines = checks
    .filter(({ found, published }) => found !== published)
    .map(({ subject, published, found }) =>
      `  ${subject}: ${found ?? "unknown"}; published: ${published}\n`
    );
  return `${runs.join(" and ")}: ${VERDICTS[verdict]}\n${lines.join("")}`;
}

/** Makes the verdict for a chart's subtitle: the worst of all runs. */
export function matchNote(matches: readonly PublishedMatch[]): string {
  const worst = (["not published", "unknown", "as published"] as const).find((verdict) =>
    matches.some((match) => match.verdict === verdict)
  )!;
  return VERDICTS[worst];
}

/** Warns if the runs compared in one table are not of the same model and data. */
export function sourceFindings(difference: string | undefined): string {
  return difference === undefined
    ? ""
    : `The runs are not of one model and data: they differ in ${difference}\n`;
}

/** Names the published tables that no run has. */
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

/** Shows how far the measured cells of each table differ from the published cells. */
export function comparisonFindings(rows: readonly ComparisonSummaryRow[]): string {
  const lines = rows.map((row) => ({
    table: row.table,
    cells: `${row.n} of ${row.cells}`,
    r: row.r,
    random: range(row.r_random, row.r_random_least, row.r_random_most),
    "free cells": row.n_free,
    "their r": row.r_free,
    "random, free": range(row.r_random_free, row.r_random_free_least, row.r_random_free_most),
    "mean |difference|": row.mean_absolute_difference,
    largest: row.largest_absolute_difference,
    at: placeText(row),
  }));
  const isKnown = rows.some(({ n_random }) => n_random > 0);
  const columns = (Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[])
    .filter((column) => isKnown || !column.startsWith("random"));
  const title =
    "Published and measured, cell by cell (free: without the cells that the method fixes for every model)";
  const runs = Math.max(...rows.map(({ n_random }) => n_random));
  const words = isKnown
    ? `random: r of the same model with random weights, which has learnt nothing\n  (median of ${runs} runs, least to most); only what r has above it is agreement\n`
    : "";
  return `${title}\n${textTable({ name: "comparison", columns, rows: lines })}${words}`;
}

/** Says that runs have no baseline, and how to make one. */
export function baselineFindings(commands: readonly (string | undefined)[]): string {
  if (commands.length === 0) return "";
  const known = commands.filter((command) => command !== undefined);
  const how = known.length === 0
    ? "  Run the same model and data with --random-weights N, and name that run too.\n"
    : `  This makes a baseline, to be named beside the other runs (more seeds show its\n  spread):\n${
      known.map((command) => `  ${command}\n`).join("")
    }`;
  return `No baseline: a model with random weights has an r far from 0 too, since\n` +
    `  position, the causal mask and the method shape its tables as well.\n${how}`;
}

/** A median with the least and the largest value, if there are several. */
function range(median?: number, least?: number, most?: number): string {
  if (median === undefined) return "";
  if (least === most) return numberText(median, 3);
  return `${numberText(median, 3)} (${numberText(least!, 3)} to ${numberText(most!, 3)})`;
}

function placeText({ negation, segment, layer, head, role }: ComparisonSummaryRow): string {
  if (negation === undefined) return "";
  const where = head === undefined ? `layer ${layer}` : `head ${layer}.${head}`;
  const query = role === undefined ? [] : [roleLabel(role)];
  return [`${negation}-negated`, ...(segment === undefined ? [] : [segment]), where, ...query]
    .join(", ");
}
