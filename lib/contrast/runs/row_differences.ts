/** contrast_rows.csv: what both runs say of every row of the data, joined by keys. */

import { numberOrNone } from "../../study/columns.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import { estimatesOf, keysOf } from "../../tables/estimates.ts";
import { joinFiles, keyCells } from "../../tables/join.ts";
import { fillOnRequest, key, table, text } from "../../tables/schema.ts";
import type { Row, Table, TableSchema } from "../../tables/table.ts";
import { CELL } from "./schemas.ts";
import { cellOf } from "./tables.ts";

const { layer, head, role, other } = CELL;

export const CONTRAST_ROWS = table(
  "contrast_rows",
  "Of two runs: one row for each value of a row of the data of which estimates are made, joined by the keys of its table; in the order of the first run.",
  {
    table: key(text("The table: a CSV file of both runs without its extension.")),
    quantity: key(text("Its column.")),
    id: key(text("The id of the row of the data; of a benchmark its place in the file.")),
    layer,
    head,
    role,
    other,
    first: numberOrNone("", "The first run's value; empty if it has none."),
    second: numberOrNone("", "The second run's."),
    difference: numberOrNone("", "The second minus the first."),
  },
);

/** A row of contrast_rows.csv. */
export type ContrastedRow = Row<
  {
    table: string;
    quantity: string;
    id: string;
    role: string | undefined;
    other: string | undefined;
  },
  never,
  "layer" | "head" | "first" | "second" | "difference"
>;

/** Makes the table of the columns that estimates of both runs are made of, and S and d. */
export function rowDifferences(
  estimated: readonly TableSchema[],
  schemas: readonly TableSchema[],
  tables: readonly ReadonlyMap<string, readonly CsvRow[]>[],
): Table<ContrastedRow> {
  const sources = estimated.flatMap(estimatesOf)
    .flatMap(({ meanOf, shareOf }) => meanOf ?? shareOf ?? []);
  const wanted = new Set([
    ...sources.flatMap(({ table, column, minus = column }) => [
      `${table} ${column}`,
      `${table} ${minus}`,
    ]),
    "choices score",
  ]);
  return fillOnRequest(CONTRAST_ROWS, function* () {
    for (const schema of schemas) {
      const [first, second] = tables.map((ofRun) => ofRun.get(schema.name) ?? []);
      if (first!.length === 0 || second!.length === 0) continue;
      const keys = keysOf(schema).filter((name) => name !== "id" && name !== "negation");
      const joined = joinFiles(schema, first!, second!);
      for (const quantity of Object.keys(schema.columns)) {
        if (!wanted.has(`${schema.name} ${quantity}`)) continue;
        for (const { first, second } of joined) {
          const row = (first ?? second)!;
          const [one, two] = [first?.number(quantity), second?.number(quantity)];
          const { layer, head, role, other } = cellOf(keyCells(row, keys), schema);
          yield {
            ...{ table: schema.name, quantity, id: row.text("id"), layer, head, role, other },
            first: one,
            second: two,
            difference: one === undefined || two === undefined ? undefined : two - one,
          };
        }
      }
    }
  });
}
