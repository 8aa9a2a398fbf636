/** The findings of a comparison of two runs, in a small table for a terminal. */

import type { TakenTower } from "../../reading/sources.ts";
import { cellText } from "../../compare/agreement.ts";
import { takenText } from "../../study/study_text.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { estimateText, intervalText, linesTable, numberText } from "../../tables/text_table.ts";
import { specificTexts } from "./controls.ts";
import type { ContrastRow, ContrastSummaryRow } from "./schemas.ts";

export interface NamedRun {
  readonly folder: string;
  readonly task: string;
  readonly model: string;
  readonly rows: number | undefined;
  /** Where its towers were taken from; absent if the task reads no model, and empty in older runs. */
  readonly taken?: readonly TakenTower[];
  /** S in words; absent if the task reads no model. */
  readonly score?: string;
}

const WORDS = `free cells: without those that the method fixes for every model; r is over them
map r: that over all rows of a side (of CTE over the rows that the model has right)
ceiling: the map r of two maps with the same true values, given how well each agrees
  with itself in halves of its rows; errors that both share can lift r above it
difference: the second run's value minus the first's
interval: the 95 % interval of the difference. paired: both are means or
  shares of d over the same rows, of which both draw the same samples. independent:
  from the intervals of both values, as if the runs were independent; on the same
  rows it is too wide
off 0: differences whose interval excludes 0, of those that have one; 5 % are
  expected by chance, since each interval holds by itself
McNemar: mid-p-value of the rows that only the first or only the second run has right,
  as if rows were independent; by cluster: where the rows of a cluster go together
`;

/** The tables of accuracies, which have a line for each estimate. */
const ACCURATE = ["summary", "accuracy", "retrieval_summary"];

/** What names all rows in these. */
const ALL_ROWS: Readonly<Record<string, string>> = { summary: "all", accuracy: "all, all" };

export function contrastFindings(
  runs: readonly [first: NamedRun, second: NamedRun],
  { cells, summary }: {
    readonly cells: readonly ContrastRow[];
    readonly summary: readonly ContrastSummaryRow[];
  },
  { options, models }: {
    /** Options, data and image embeddings in which the runs differ. */
    readonly options: readonly string[];
    /** A text about the files of the models, which ends in a line break. */
    readonly models: string;
  },
): string {
  const names = runs.map(({ folder, task, model, rows, ...source }, i) =>
    `${i === 0 ? "first" : "second"}: ${folder} (${task}, ${model}, ${rows ?? "unknown"} rows)\n` +
    modelText(source)
  );
  const data = options.length === 0
    ? "The runs have the same options and data\n"
    : `${wrapText(`The runs differ in ${options.join(", ")}: their cells may be of other rows`)}\n`;
  const scores = cells.filter(({ table, first, second }) =>
    ACCURATE.includes(table) && (first !== undefined || second !== undefined)
  );
  const isTested = scores.some(({ p_value }) => p_value !== undefined);
  const hasCeiling = summary.some(({ ceiling }) => ceiling !== undefined);
  const scoreLines = scores.map((row) => ({
    quantity: row.quantity,
    negated: row.negation ?? row.other ?? "",
    first: row.first,
    second: row.second,
    difference: row.difference,
    "95 % interval": intervalText(row),
    "": row.interval,
    ...isTested && {
      "only one right": row.only_first === undefined ? "" : `${row.only_first}, ${row.only_second}`,
      "McNemar": row.p_value,
      "by cluster": row.p_clustered,
    },
  }));
  const columns = summary.filter(({ table }) => !ACCURATE.includes(table));
  const lines = columns.map((row) => ({
    table: row.table,
    quantity: row.quantity,
    "free cells": `${row.n_free} of ${row.cells}`,
    r: row.r_free,
    ...hasCeiling && { "map r": row.r_map, ceiling: row.ceiling },
    "mean |difference|": row.mean_absolute_difference,
    "off 0": row.n_intervals === 0 ? "" : `${row.n_off_zero} of ${row.n_intervals}`,
    largest: row.largest_absolute_difference,
    "at": cellText(row),
  }));
  const specific = specificTexts(cells).map((line) => `${wrapText(line)}\n`);
  return [
    `${names.join("")}${data}${models}${scoreWarning(runs)}`,
    `${wrapText(foundText(cells, summary))}\n`,
    ...scoreLines.length === 0 ? [] : [`Scores\n${linesTable(scoreLines)}`],
    ...lines.length === 0 ? [] : [`Cell by cell\n${linesTable(lines)}`],
    ...specific.length === 0
      ? []
      : [`Beyond the control, over all rows of a side\n${specific.join("")}`],
    WORDS,
  ].join("\n");
}

/** What was found, in sentences: the accuracies over all rows, and how many of all differences are certain. */
function foundText(
  cells: readonly ContrastRow[],
  summary: readonly ContrastSummaryRow[],
): string {
  const sentences: string[] = [];
  const accuracy = cells.find(({ table, quantity, negation, other }) =>
    quantity === "accuracy" && (table === "summary" ? negation : other) === ALL_ROWS[table]
  );
  if (accuracy?.first !== undefined && accuracy.second !== undefined) {
    const [first, second] = [accuracy.first, accuracy.second].map((value) => numberText(value, 3));
    const difference = estimateText(accuracy.difference, accuracy);
    const { only_first, only_second, p_clustered: p } = accuracy;
    const test = p === undefined
      ? ""
      : `; ${only_first} only the first has right and ${only_second} only the second (McNemar's mid-p by clusters ${
        numberText(p, 3)
      })`;
    sentences.push(
      `The true sentence scores higher in ${first} of the first run's rows and in ${second} of the second's, a difference of ${difference}${test}.`,
    );
  }
  const total = (count: "n_intervals" | "n_off_zero") =>
    summary.reduce((sum, row) => sum + row[count], 0);
  const [tested, offZero] = [total("n_intervals"), total("n_off_zero")];
  sentences.push(
    tested === 0
      ? "No difference has an interval, so that none can be told from chance."
      : `The interval excludes 0 in ${offZero} of all ${tested} differences that have one.`,
  );
  return sentences.join(" ");
}

/** Where the towers of a run come from, and how it scores. */
function modelText({ taken, score }: Pick<NamedRun, "taken" | "score">): string {
  if (taken === undefined) return "";
  const towers = takenText(taken) ?? "Files and activation of the towers: not recorded";
  return [towers, `S = ${score}`].map((line) => `  ${wrapText(line, "    ")}\n`).join("");
}

/** Warns of runs that score by different formulas. */
function scoreWarning([first, second]: readonly [first: NamedRun, second: NamedRun]): string {
  const [one, other] = [first, second].map(({ score }) => score?.replace(/ \(.*\)$/, "")); // a note is no part of it
  if (one === undefined || other === undefined || one === other) return "";
  const warning =
    `Warning: S is ${one} in the first run and ${other} in the second. What is measured in S, such as d and mean effects, is on another scale in each, so that its differences mean nothing`;
  return `${wrapText(warning)}\n`;
}
