/** Which columns of a table are values of single rows, and which say where a value belongs. */

import type { CellOf } from "../read_table.ts";

/** Columns that say which cell a row of a table is. */
export const AXES = ["layer", "head", "part", "position", "direction"] as const;

export type Axis = typeof AXES[number];

/** Columns that are the same for a whole row, and shown with its sentences. */
const OF_ROW = new Set([
  ...["id", "image", "negation", "segment", "site", "caption", "foil", "d"],
  ...["role", "token", ...AXES],
]);

export interface ValueColumn {
  readonly name: string;
  readonly column: string;
  /** What is to be added to the column's definition. @default {nothing} */
  readonly added?: string;
  /** Its number in a row of texts; NaN if there is none. */
  readonly of: (cell: CellOf) => number;
}

/** The control of a knock-out, made from two values of S as summaries have it. */
const TWIN: ValueColumn = {
  name: "twin effect",
  column: "s_twin_knocked_out",
  added:
    "The twin effect is s_affirmative − s_twin_knocked_out, with the sign that S of the negated sentence has in d.",
  of: (cell) => {
    const effect = numberOf(cell("s_affirmative")) - numberOf(cell("s_twin_knocked_out"));
    return cell("negation") === "caption" ? effect : -effect;
  },
};

/** The values of a table: its columns of numbers. Of a column `d_x`, d without x, the value is what x adds to d, unless `effect` says it. */
export function valueColumns(columns: readonly string[]): ValueColumn[] {
  return columns.flatMap((column): ValueColumn[] => {
    if (column === TWIN.column) return [TWIN];
    if (OF_ROW.has(column) || column.startsWith("s_")) return [];
    if (column === "effect" && columns.includes("cte")) return [];
    if (!column.startsWith("d_")) {
      return [{ name: column, column, of: (cell) => numberOf(cell(column)) }];
    }
    if (columns.includes("effect") || !columns.includes("d")) return [];
    const of: ValueColumn["of"] = (cell) => numberOf(cell("d")) - numberOf(cell(column));
    return [{ name: `d − ${column}`, column, added: `The value is d − ${column}.`, of }];
  });
}

export function numberOf(cell: string): number {
  return cell === "" ? NaN : Number(cell);
}

/** An axis of a table of nodes, such as heads and MLPs: heads are parts beside the others of a block. */
export function cellOfNode(axis: Axis, cell: CellOf): string {
  if (axis === "head") return "";
  if (axis !== "part" || cell("part") !== "") return cell(axis);
  return cell("head") === "" ? cell("node").split(" ")[0]! : `head ${cell("head")}`;
}
