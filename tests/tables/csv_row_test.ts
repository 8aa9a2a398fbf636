import { assertEquals } from "@std/assert";
import { readCsvRows } from "../../lib/tables/csv_row.ts";
import { assertThrowsCode } from "../error_codes.ts";

const PLACE = 'Cannot read row 2 of table "t.csv": ';
const ADVICE = "; restore the file as it was written";

function rowOf(header: string, cells: string) {
  return readCsvRows(`${header}\r\n${cells}\r\n`, "t.csv")[0]!;
}

function refuses(use: () => unknown, message: string): void {
  assertEquals(assertThrowsCode(use, "run-edited").message, PLACE + message + ADVICE);
}

Deno.test("readCsvRows() counts rows as a spreadsheet does", () => {
  const rows = readCsvRows("layer\r\n1\r\n2\r\n", "t.csv");
  assertEquals(rows.map((row) => [row.place.row, row.count("layer")]), [[2, 1], [3, 2]]);
  assertEquals(readCsvRows("layer\r\n", "t.csv"), []);
});

Deno.test("readCsvRows() names the table and the line of a row that is cut short", () => {
  const error = assertThrowsCode(() => readCsvRows("a,b\n1,2\n3\n", "t.csv"), "run-edited");
  assertEquals(
    error.message,
    'Cannot read table "t.csv": row 3 has 1 fields, but the header has 2' + ADVICE,
  );
  const refuses = (text: string, why: string) =>
    assertThrowsCode(() => readCsvRows(text, "t.csv"), "run-edited", `"t.csv": ${why}`);
  refuses("", "it has no header");
  refuses('a\r\n"1', "line 2 has a quote that is never closed");
});

Deno.test("CsvRow reads the values of its columns, and an empty cell as undefined", () => {
  const row = rowOf("role,layer,cte,low", "eot,012,-1.5e-3,");
  assertEquals([row.text("role"), row.oneOf("role", ["sot", "eot"])], ["eot", "eot"]);
  assertEquals([row.count("layer"), row.number("cte"), row.number("low")], [
    12,
    -0.0015,
    undefined,
  ]);
});

Deno.test("CsvRow refuses what its column cannot hold", () => {
  const row = rowOf("role,layer,cte", ",-1, ");
  refuses(() => row.text("role"), '"role" must be a text, but it is ""');
  refuses(() => row.oneOf("role", ["sot", "eot"]), '"role" must be sot or eot, but it is ""');
  refuses(() => row.count("layer"), '"layer" must be a whole number, but it is "-1"');
  refuses(() => row.number("cte"), '"cte" must be a number or nothing, but it is " "');
  for (const cell of ["NaN", "Infinity", "1,5", "x"]) {
    assertThrowsCode(
      () => rowOf("cte", `"${cell}"`).number("cte"),
      "run-edited",
      `it is "${cell}"`,
    );
  }
});

Deno.test("CsvRow says which column is missing", () => {
  const row = rowOf("layer", "1");
  const missing = (expected: string) => `"head" must be ${expected}, but there is no such column`;
  refuses(() => row.text("head"), missing("a text"));
  refuses(() => row.oneOf("head", ["1"]), missing("1"));
  refuses(() => row.count("head"), missing("a whole number"));
  refuses(() => row.number("head"), missing("a number or nothing"));
});
