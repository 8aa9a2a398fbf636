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

Deno.test("textTable() leaves ids as they are, but on one line and without control characters", () => {
  const ids = [
    "1e3",
    "007",
    "1234567.0001",
    "a\r\nb",
    "\x1b[31mred",
    "\u202edlrow",
    "\u2028",
    "é👩‍🚀",
  ];
  const table = { name: "t", columns: ["id"], rows: ids.map((id) => ({ id })) } as const;
  assertEquals(textTable(table).split("\n").slice(1, -1).map((line) => line.trim()), [
    ...["1e3", "007", "1234567.0001", "a\\r\\nb", "\\u{1b}[31mred"],
    ...["\\u{202e}dlrow", "\\u{2028}", "é👩‍🚀"],
  ]);
});

Deno.test("textTable() keeps a row on its line and shows what cannot be seen", () => {
  const table = {
    name: "rows",
    columns: ["id", "n"],
    rows: [{ id: "a\nb\x1b[2J", n: 1 }, { id: "\u202eb", n: 2 }],
  } as const;
  assertEquals(
    textTable(table),
    "id             n\na\\nb\\u{1b}[2J  1\n\\u{202e}b      2\n",
  );
});
