/** The cells of two runs' tables that can be compared. */

import type { Negation } from "../../data/pairs.ts";
import { readDirection } from "../../experiments/trace/read_direction.ts";
import type { Direction } from "../../experiments/trace/direction.ts";
import type { CsvRow } from "../../tables/csv_row.ts";

/** Where a value stands in its table; what the table does not have is undefined. */
export interface Place {
  /** Which sentence is negated. */
  readonly negation: Negation | undefined;
  /** The group of rows. */
  readonly segment: string | undefined;
  /** The block's number from 1; 0 for the embeddings in the trace. */
  readonly layer: number | undefined;
  /** The head's number from 1. */
  readonly head: number | undefined;
  /** The token's role. */
  readonly role: string | undefined;
  /** The direction of a trace. */
  readonly direction: Direction | undefined;
  /** What else distinguishes the table's rows: the row's id, the traced site, the part, the feature or the set of heads. */
  readonly other: string | undefined;
}

/** A value of a run, and where it stands. */
export interface PlacedValue extends Place {
  /** The table, which is the file's name without its extension. */
  readonly table: string;
  /** The column. */
  readonly quantity: string;
  /** Undefined if the cell is empty. */
  readonly value: number | undefined;
}

/** A table that two runs can be compared by. */
export interface SharedTable {
  /** The file's name without its extension. */
  readonly name: string;
  /** The columns that distinguish its rows beside `negation`. */
  readonly places: readonly Exclude<keyof Place, "negation" | "other">[];
  /** The column that stands for `other`. */
  readonly other?: string;
  /** Whether node, method and role stand for `other` in rows of the text tower. @default {false} */
  readonly hasNodes?: boolean;
  /** The columns to compare. */
  readonly quantities: readonly string[];
}

const EFFECTS = ["mean_effect", "twin_effect", "specific_effect"];

/** All tables that two runs can be compared by. */
export const SHARED_TABLES: readonly SharedTable[] = [
  { name: "evaluate", places: [], other: "id", quantities: ["d"] },
  { name: "summary", places: [], quantities: ["accuracy", "mean_d"] },
  {
    name: "trace",
    places: ["segment", "layer", "head", "role", "direction"],
    other: "site",
    quantities: ["cte"],
  },
  {
    name: "heads",
    places: ["layer", "head"],
    quantities: ["selectivity", "above_baseline", "correlation_with_d"],
  },
  {
    name: "head_roles",
    places: ["layer", "head", "role"],
    quantities: ["attention_difference"],
  },
  {
    name: "knockout_summary",
    places: ["segment", "layer", "head"],
    quantities: EFFECTS,
  },
  {
    name: "knockout_set_summary",
    places: ["segment"],
    other: "heads",
    quantities: EFFECTS,
  },
  {
    name: "ablation_summary",
    places: ["segment", "layer"],
    other: "part",
    hasNodes: true,
    quantities: ["mean_effect"],
  },
  { name: "correlations", places: [], other: "feature", quantities: ["r"] },
];

/**
 * Reads the values of a table.
 *
 * @param rows The rows of its file.
 * @param table The table.
 * @returns The values, column by column, in the order of the rows; those of both sides together are left out.
 * @throws {NegscopeError} If a column is missing, or a value does not fit its column.
 */
export function placedValues(rows: readonly CsvRow[], table: SharedTable): PlacedValue[] {
  const has = (place: SharedTable["places"][number]) => table.places.includes(place);
  const word = (row: CsvRow, column: string) => row.isEmpty(column) ? undefined : row.text(column);
  const number = (row: CsvRow, place: "layer" | "head") =>
    has(place) && !row.isEmpty(place) ? row.count(place) : undefined;
  const own = rows.filter((row) => word(row, "negation") !== "all"); // a mixture of the two sides
  return table.quantities.flatMap((quantity) =>
    own.map((row): PlacedValue => ({
      ...{ table: table.name, quantity },
      negation: row.oneOf<Negation>("negation", ["caption", "foil"]),
      segment: has("segment") ? word(row, "segment") : undefined,
      layer: number(row, "layer"),
      head: number(row, "head"),
      role: has("role") ? word(row, "role") : undefined,
      direction: has("direction") ? readDirection(row) : undefined,
      other: table.hasNodes === true && row.optional("tower") === "text"
        ? nodeText(row)
        : table.other && word(row, table.other),
      value: row.number(quantity),
    }))
  );
}

/** What is ablated in the text tower: the node, the method, and the role if it is not at all positions. */
function nodeText(row: CsvRow): string {
  const role = row.text("role");
  return [row.text("node"), row.text("method"), ...role === "all" ? [] : [`at ${role}`]].join(", ");
}
