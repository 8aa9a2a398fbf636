/** What the controls of two runs show beside each other, and which cells are specific in one run and not in the other. */

import { cellText } from "../../compare/agreement.ts";
import { numberOrNone } from "../../study/columns.ts";
import { estimateIn } from "../../study/controls/read_estimate.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import type { EstimateColumn } from "../../tables/estimates.ts";
import { optional, text } from "../../tables/schema.ts";
import type { Row } from "../../tables/table.ts";
import type { ContrastCell } from "./schemas.ts";

/** Where a cell is specific. */
export type SpecificIn = "both" | "first" | "second" | "neither";

const control = (run: string) =>
  optional(text(
    `The ${run} run's control that comes nearest to its value; this column and those after it stand in the table only if both runs have controls.`,
  ));
const value = (run: string) =>
  numberOrNone("", `What that control shows in place of the ${run} run's value.`);

export const CONTROL_COLUMNS = {
  first_control: control("first"),
  first_control_value: value("first"),
  second_control: control("second"),
  second_control_value: value("second"),
  specific_in: optional(text<SpecificIn>(
    "In which run the interval lies beyond that of the control and beyond 0: `both`, `first`, `second` or `neither`; empty if that cannot be told of either.",
  )),
} as const;

/** The cells of these columns. */
export type ControlCells = Partial<
  Row<
    {
      first_control: string | undefined;
      second_control: string | undefined;
      specific_in: SpecificIn | undefined;
    },
    never,
    "first_control_value" | "second_control_value"
  >
>;

/** The controls of a cell that has one in both runs. */
export function controlCells(
  column: EstimateColumn,
  { first, second }: { readonly first: CsvRow | undefined; readonly second: CsvRow | undefined },
): ControlCells {
  const [one, other] = [first, second].map((row) =>
    row && estimateIn(row, column.name, column).control
  );
  if (one === undefined || other === undefined) return {};
  return {
    first_control: one.control,
    first_control_value: one.value,
    second_control: other.control,
    second_control_value: other.value,
    specific_in: specificIn(one.isSpecific, other.isSpecific),
  };
}

function specificIn(first: boolean | undefined, second: boolean | undefined) {
  if (first === undefined || second === undefined) return undefined;
  return first ? second ? "both" as const : "first" as const : second ? "second" : "neither";
}

/** The most cells that a text names. */
const MOST_NAMED = 6;

/** What is specific in one run and not in the other, over all rows of a side, a line for each column with controls in both runs. */
export function specificTexts(
  cells: readonly (ControlCells & ContrastCell & Record<"table" | "quantity", string>)[],
): string[] {
  const known = cells.filter(({ specific_in, segment = "all" }) =>
    specific_in !== undefined && segment === "all"
  );
  const columns = Map.groupBy(known, ({ table, quantity }) => `${table}.csv, ${quantity}`);
  return [...columns].map(([column, cells]) => {
    const of = (where: SpecificIn) => cells.filter((cell) => cell.specific_in === where);
    const only = (where: "first" | "second") => {
      const found = of(where);
      const named = found.slice(0, MOST_NAMED).map(cellText);
      const more = found.length - named.length;
      const names = [...named, ...more === 0 ? [] : [`${more} more`]].join("; ");
      return `only in the ${where} run ${found.length}${names === "" ? "" : ` (${names})`}`;
    };
    return `${column}: in both runs ${of("both").length} of ${cells.length} cells, ${
      only("first")
    }, ${only("second")}`;
  });
}
