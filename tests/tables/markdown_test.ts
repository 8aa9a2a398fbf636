import { assertEquals } from "@std/assert";
import { markdownTable, replaceMarked } from "../../lib/tables/markdown.ts";
import { assertThrowsCode } from "../error_codes.ts";

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
      "file-malformed",
      'Cannot update the document: expected "<!-- a -->" and "<!-- /a -->" in it; put both marks where the table belongs',
    );
  }
});

Deno.test("markdownTable() shows what cannot be seen", () => {
  const table = { name: "a", columns: ["b"], rows: [{ b: "\x1b[2J\u202ec" }] } as const;
  assertEquals(markdownTable(table), "| b |\n| --- |\n| \\\\u{1b}\\[2J\\\\u{202e}c |\n");
});
