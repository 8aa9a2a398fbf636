import { assertEquals } from "@std/assert";
import { csvText } from "../../../lib/report/browser/downloads.js";
import { tableToCsv } from "../../../lib/tables/csv.ts";

/** Texts that a spreadsheet would run, or that break a line of CSV. */
const HOSTILE = [
  ...[
    "",
    " ",
    "plain",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
  ],
  ...["＠a", "'=1+1", "''@a", "'quoted'", ' "quoted"', "a,b", "a\nb", "a\r\nb", "a\rb", "−1"],
  ...["\u202egpj.=1", "=\u202e", "é🐕", ";", "|", "%"],
];

const NUMBERS = [0, -0, -1.5, 0.1 + 0.2, 1e-7, 1e21, 5e-324];

Deno.test("csvText() writes the bytes that the kit writes, whatever the cells hold", () => {
  const rows = HOSTILE.map((text, i) => ({ text, number: NUMBERS[i], other: `${text}${text}` }));
  const columns = ["text", "number", "other"] as const;
  const lines = rows.map(({ text, number = NaN, other }) => [text, number, other]);
  assertEquals(csvText([columns, ...lines]), tableToCsv({ name: "t", columns, rows }));
});

Deno.test("csvText() quotes an empty cell that is alone, since readers skip empty lines", () => {
  const rows = ["", "a"].map((text) => ({ text }));
  const lines = rows.map(({ text }) => [text]);
  const columns = ["text"] as const;
  assertEquals(csvText([columns, ...lines]), tableToCsv({ name: "t", columns, rows }));
});
