import { assertEquals } from "@std/assert";
import type { Table } from "../../lib/tables/table.ts";
import { textTable } from "../../lib/tables/text_table.ts";

interface Row {
  readonly negation: string;
  readonly n: number;
  readonly accuracy: number | undefined;
}

const SUMMARY: Table<Row> = {
  name: "summary",
  columns: ["negation", "n", "accuracy"],
  rows: [
    { negation: "caption", n: 250, accuracy: 0.668 },
    { negation: "all", n: 90, accuracy: undefined },
    { negation: "foil", n: 4, accuracy: -0.00001 },
  ],
};

Deno.test("textTable() aligns numbers to the right and texts to the left, and leaves missing cells blank", () => {
  assertEquals(
    textTable(SUMMARY),
    [
      "negation    n  accuracy\n",
      "caption   250     0.668\n",
      "all        90\n",
      "foil        4   -1.0e-5\n",
    ].join(""),
  );
});

Deno.test("textTable() shows the chosen columns with the chosen digits", () => {
  const table = { ...SUMMARY, rows: SUMMARY.rows.slice(0, 1) };
  assertEquals(
    textTable(table, { columns: ["accuracy", "n"], digits: 1 }),
    "accuracy    n\n     0.7  250\n",
  );
});

Deno.test("textTable() lays out more rows than a call can have arguments", () => {
  const rows = Array.from({ length: 200_000 }, (_, n) => ({ n }));
  const lines = textTable({ name: "counts", columns: ["n"], rows }).split("\n");
  assertEquals([lines[0], lines[1], lines.at(-2)], ["     n", "     0", "199999"]);
});
