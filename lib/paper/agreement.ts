/** paper_summary.csv: how many of the published figures of a quantity lie inside the measured intervals. */

import { agreementOf, freeCells } from "../compare/agreement.ts";
import { numberOrNone } from "../study/columns.ts";
import { count, fillTable, optional, table, text } from "../tables/schema.ts";
import type { Row, Table } from "../tables/table.ts";
import type { PaperRow } from "./beside.ts";

/** paper_summary.csv. */
export const PAPER_SUMMARY = table(
  "paper_summary",
  "One row for each quantity, side and segment of paper.csv, without the cells of the trace that the method fixes for every model. Figures of layers are compared only with those of a text encoder of the same depth, and figures of heads only with those of one that also has as many heads.",
  {
    quantity: text("As in paper.csv."),
    protocol: text("As in paper.csv."),
    negation: optional(text("As in paper.csv.")),
    segment: optional(text("As in paper.csv.")),
    figures: count("Published figures.", "figures"),
    measured: count(
      "Those that also have a measured figure at the same place; the columns after this one are over them.",
      "figures",
    ),
    intervals: count("Those whose measured figure has an interval.", "figures"),
    inside: count("Those that are inside it.", "figures"),
    r: numberOrNone(
      "",
      "Pearson's r of the published and the measured figures; empty below three.",
    ),
    mean_absolute_difference: numberOrNone("", "Mean of |measured - published|."),
    largest_absolute_difference: numberOrNone("", "Largest |measured - published|."),
  },
);

/** A row of paper_summary.csv. */
export type PaperSummaryRow = Row<
  { quantity: string; protocol: string; negation: string | undefined; segment: string | undefined },
  "figures" | "measured" | "intervals" | "inside",
  "r" | "mean_absolute_difference" | "largest_absolute_difference"
>;

/** Counts how many published figures are inside the measured intervals. paper_summary.csv, in the order of the rows. */
export function summarizePaper(rows: readonly PaperRow[]): Table<PaperSummaryRow> {
  const groups = Map.groupBy(
    rows.filter(isFree(rows)),
    ({ quantity, protocol, negation, segment }) => [quantity, protocol, negation, segment].join(),
  );
  return fillTable(
    PAPER_SUMMARY,
    [...groups.values()].map((group): PaperSummaryRow => {
      const { quantity, protocol, negation, segment } = group[0]!;
      const { columns } = agreementOf(
        group,
        ({ published, measured, same_place }) =>
          measured === undefined || same_place === "no"
            ? undefined
            : { first: published, second: measured, isFree: true },
      );
      return {
        quantity,
        protocol,
        negation,
        segment,
        figures: group.length,
        measured: columns.n,
        intervals: group.filter(({ inside }) => inside !== undefined).length,
        inside: group.filter(({ inside }) => inside === "yes").length,
        r: columns.r,
        mean_absolute_difference: columns.mean_absolute_difference,
        largest_absolute_difference: columns.largest_absolute_difference,
      };
    }),
  );
}

function isFree(rows: readonly PaperRow[]): (row: PaperRow) => boolean {
  const isTraced = ({ quantity }: PaperRow) => quantity === "cte";
  const isFreeCell = freeCells(
    rows.filter(isTraced),
    ({ layer, role, measured }) => ({ site: "resid", layer: layer!, role, values: [measured] }),
  );
  return (row) => !isTraced(row) || isFreeCell(row);
}
