/** The findings of a comparison of two runs, in a small table for a terminal. */

import type { TakenTower } from "../../reading/sources.ts";
import { takenText } from "../../study/study_text.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import type { Reads } from "../../tables/schema.ts";
import { roleLabel } from "../../charts/roles.ts";
import { linesTable } from "../../tables/text_table.ts";
import type { SideBySideSummaryRow } from "./tables.ts";

/** A compared run. */
export interface NamedRun {
  /** Its folder. */
  readonly folder: string;
  /** Its task. */
  readonly task: string;
  /** Its model. */
  readonly model: string;
  /** The number of rows that it used. */
  readonly rows: number | undefined;
  /** Where its towers were taken from; absent if the task reads no model, and empty in older runs. */
  readonly taken?: readonly TakenTower[];
  /** S in words; absent if the task reads no model. */
  readonly score?: string;
}

/** In what two runs differ. */
export interface RunDifferences {
  /** Options, data and image embeddings. */
  readonly options: readonly string[];
  /** A text about the files of the models, which ends in a line break. */
  readonly models: string;
}

/** The columns that say where a cell stands. */
export type PlacedLine = Reads<
  SideBySideSummaryRow,
  "negation" | "segment" | "layer" | "head" | "role" | "direction" | "other"
>;

/** The columns of runs_side_by_side_summary.csv that the text reads. */
export type SideBySideLine = Reads<
  SideBySideSummaryRow,
  | "table"
  | "quantity"
  | "cells"
  | "n"
  | "r"
  | "mean_absolute_difference"
  | "largest_absolute_difference"
  | "negation"
  | "segment"
  | "layer"
  | "head"
  | "role"
  | "direction"
  | "other"
  | "n_free"
  | "r_free"
>;

/** What the words of the table mean. */
const WORDS = `free cells: without those that the method fixes for every model
difference: the second run's value minus the first's. It has no interval and no test, since cells are
  compared and not rows: how much two runs on other rows differ by chance, it does not say
`;

/**
 * Shows how far two runs differ.
 *
 * @param runs The first and the second run.
 * @param rows Rows of runs_side_by_side_summary.csv.
 * @param differing In what the runs differ.
 */
export function sideBySideFindings(
  runs: readonly [first: NamedRun, second: NamedRun],
  rows: readonly SideBySideLine[],
  { options, models }: RunDifferences,
): string {
  const names = runs.map(({ folder, task, model, rows, ...own }, i) =>
    `${i === 0 ? "first" : "second"}: ${folder} (${task}, ${model}, ${rows ?? "unknown"} rows)\n` +
    modelText(own)
  );
  const data = options.length === 0
    ? "The runs have the same options and data\n"
    : `${wrapText(`The runs differ in ${options.join(", ")}: their cells may be of other rows`)}\n`;
  const lines = rows.map((row) => ({
    table: row.table,
    quantity: row.quantity,
    cells: `${row.n} of ${row.cells}`,
    r: row.r,
    "free cells": row.n_free,
    "their r": row.r_free,
    "mean |difference|": row.mean_absolute_difference,
    largest: row.largest_absolute_difference,
    at: placeText(row),
  }));
  const told = `${names.join("")}${data}${models}${scoreWarning(runs)}`;
  return `${told}\n${linesTable(lines)}${WORDS}`;
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

/**
 * Where a cell stands, in words.
 *
 * @param place The cell.
 */
export function placeText(
  { negation, segment, layer, head, role, direction, other }: PlacedLine,
): string {
  const where = layer === undefined
    ? undefined
    : head === undefined
    ? `layer ${layer}`
    : `head ${layer}.${head}`;
  const side = negation === undefined ? undefined : `${negation}-negated`;
  const query = role === undefined ? undefined : roleLabel(role);
  const way = direction === "noise" ? direction : undefined; // the other goes without saying
  return [side, segment, where, query, way, other].filter((part) => part !== undefined).join(", ");
}
