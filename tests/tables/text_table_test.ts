import { assertEquals } from "@std/assert";
import type { Table } from "../../lib/tables/table.ts";
import { markdownTable, replaceMarked, textTable } from "../../lib/tables/text_table.ts";
import { assertThrowsCode } from "../error_codes.ts";

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
    ...["1e3", "007", "1234567.0001", "a\r\nb", "\x1b[31mred", "\u202edlrow", "\u2028", "é👩‍🚀"],
  ];
  const table = { name: "t", columns: ["id"], rows: ids.map((id) => ({ id })) } as const;
  assertEquals(textTable(table).split("\n").slice(1, -1).map((line) => line.trim()), [
    ...["1e3", "007", "1234567.0001", "a\\r\\nb", "\\u{1b}[31mred"],
    ...["\\u{202e}dlrow", "\\u{2028}", "é👩‍🚀"],
  ]);
});

Deno.test("markdownTable() aligns numbers to the right and escapes Markdown", () => {
  const table = {
    name: "heads",
    columns: ["token", "n", "d"],
    rows: [{ token: "<|a|>", n: 2, d: 0.12345 }, { token: "b", n: 3, d: undefined }],
  } as const;
  assertEquals(
    markdownTable(table),
    "| token | n | d |\n| --- | ---: | ---: |\n| \\<\\|a\\|> | 2 | 0.123 |\n| b | 3 |  |\n",
  );
});

Deno.test("markdownTable() shows a text as it is, whatever Markdown would make of it", () => {
  const ids = ["_a_", "subject_first", "&lt;", "~~a~~", "$x$", "a\r\nb|c", "1e3", "007"];
  const table = { name: "t", columns: ["id"], rows: ids.map((id) => ({ id })) } as const;
  const cells = markdownTable(table).split("\n").slice(2, -1);
  assertEquals(cells, [
    ...["| \\_a\\_ |", "| subject_first |", "| \\&lt; |", "| \\~\\~a\\~\\~ |", "| \\$x\\$ |"],
    ...["| a b\\|c |", "| 1e3 |", "| 007 |"],
  ]);
});

Deno.test("replaceMarked() replaces what is between its marks and nothing else", () => {
  const text = "before <!-- a -->old<!-- /a --> after <!-- b --><!-- /b -->";
  assertEquals(
    replaceMarked(text, "a", "new"),
    "before <!-- a -->\n\nnew\n<!-- /a --> after <!-- b --><!-- /b -->",
  );
});

Deno.test("replaceMarked() refuses a document without both marks in their order", () => {
  for (const text of ["", "<!-- a -->", "<!-- /a --><!-- a -->"]) {
    assertThrowsCode(
      () => replaceMarked(text, "a", "new"),
      'file-malformed: Cannot update the document: expected "<!-- a -->" and "<!-- /a -->" in it; put both marks where the table belongs',
    );
  }
});
