/** The text that `deno task paper` prints at its end. */

import type { Reads } from "../tables/schema.ts";
import { intervalText, linesTable } from "../tables/text_table.ts";
import { wrapText } from "../tables/wrap_text.ts";
import type { PaperSummaryRow } from "./agreement.ts";
import type { PaperRow } from "./beside.ts";

/** A part that did not run, and why. */
export interface PartLeftOut {
  /** The heading of its section. */
  readonly title: string;
  /** Why it did not run. */
  readonly reason: string;
  /** What would let it run. */
  readonly fix: string;
}

/** What was found, and what was not measured. */
export interface PaperFindings {
  /** The model's name. */
  readonly model: string;
  /** Whether model and data are the published ones. */
  readonly verdict: string;
  /** Rows of paper.csv. */
  readonly rows: readonly PaperRow[];
  /** Rows of paper_summary.csv. */
  readonly summary: readonly PaperSummaryRow[];
  /** The parts that did not run. */
  readonly leftOut: readonly PartLeftOut[];
}

/** Quantities of more figures than a summary lists. */
const CELLS = ["cte", "selectivity", "correlation_with_d", "attention_difference"];

/** Whether a quantity has a figure for every cell of a table, of which a summary only counts those inside their intervals. */
export function isOfCells({ quantity }: Reads<PaperRow, "quantity">): boolean {
  return CELLS.includes(quantity);
}

/**
 * Says how far the published figures are inside the measured intervals.
 *
 * @param findings What was found.
 */
export function paperText(
  { model, verdict, rows, summary, leftOut }: PaperFindings,
): string {
  const single = rows.filter((row) => !isOfCells(row));
  const figures = single.filter((row) => !isCount(row)).map((row) => ({
    figure: figureName(row),
    protocol: row.protocol,
    negated: row.negation ?? "",
    "published n": row.published_n,
    published: row.published,
    n: row.n,
    measured: row.measured,
    "95 % interval": intervalText(row),
    inside: row.inside ?? "",
  }));
  const counts = single.filter(isCount).map((row) => ({
    rows: row.quantity,
    protocol: row.protocol,
    published: row.published,
    of: row.published_n,
    measured: row.measured,
    "of all": row.n,
  }));
  const cells = summary.filter(isOfCells).map((row) => ({
    figures: row.quantity,
    negated: row.negation ?? "",
    segment: row.segment ?? "",
    cells: row.figures,
    measured: row.measured,
    "with interval": row.intervals,
    inside: row.inside,
    r: row.r,
    "mean |difference|": row.mean_absolute_difference,
  }));
  return [
    `${wrapText(`negscope paper: ${model}`)}\n${wrapText(verdict)}`,
    `Published and measured\n${linesTable(figures)}`,
    `Rows by segment\n${linesTable(counts)}`,
    `Published and measured, cell by cell (those that the method fixes for every model left out)\n${
      linesTable(cells)
    }`,
    [
      "inside: whether the published figure is in the measured one's 95 % interval.",
      "The paper has no intervals; both figures may be of the same images, so that an",
      "interval says how far d varies over such rows, not how exact a repetition is.",
    ].join("\n"),
    ...leftOut.map(({ title, reason, fix }) =>
      wrapText(`Not run: ${title}, since ${reason}; ${fix}`)
    ),
  ].join("\n\n").replace(/\n*$/, "\n");
}

/** Quantities that are numbers of rows, which have no interval. */
const COUNTS = ["correct", "ambiguous", "incorrect"];

function isCount({ quantity }: Reads<PaperRow, "quantity">): boolean {
  return COUNTS.includes(quantity);
}

/** A figure's name, with the feature or the threshold that it is of. */
export function figureName({ quantity, feature, threshold }: PaperRow): string {
  if (feature !== undefined) return `${quantity} of ${feature}`;
  if (threshold !== undefined) return `accuracy, size > ${threshold}`;
  return quantity;
}
