import { assert, assertEquals, assertThrows } from "@std/assert";
import { parse } from "@std/csv";
import {
  csvLine,
  type CsvOptions,
  csvPieces,
  readCsvLines,
  readCsvRows,
  readTsvLines,
  tableToCsv,
  withoutGuard,
} from "../../lib/tables/csv.ts";
import { count, fillOnRequest, type Table, table as schema, text } from "../../lib/tables/table.ts";
import { assertThrowsCode } from "../error_codes.ts";

interface Row {
  readonly id: string;
  readonly head?: number;
  readonly cte: number | undefined;
}

function csv(rows: readonly Row[], options?: CsvOptions): string {
  return tableToCsv<Row>({ name: "effects", columns: ["id", "head", "cte"], rows }, options);
}

Deno.test("tableToCsv() writes a header and a line for each row, each ending in CRLF", () => {
  assertEquals(csv([{ id: "a", head: 1, cte: 2 }]), "id,head,cte\r\na,1,2\r\n");
  assertEquals(csv([]), "id,head,cte\r\n");
});

Deno.test("tableToCsv() writes every bit of a number", () => {
  const values = [0.1 + 0.2, -1 / 3, 5e-324, 1.7976931348623157e308, 2 ** 53];
  const written = parse(csv(values.map((cte) => ({ id: "a", cte }))), { skipFirstRow: true });
  assertEquals(written.map((row) => Number(row["cte"])), values);
});

Deno.test("tableToCsv() writes texts as they are, or for a spreadsheet disarms those that it would run", () => {
  const armed = ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "\na", "＝1", "＋1", "－1", "＠a"];
  const others = ["a=1", " =1", "'", "'a", "''", "it's", "'tis"];
  const ids = [...armed, ...others];
  for (const spreadsheet of [undefined, false, true]) {
    const text = csv(ids.map((id) => ({ id, cte: -1 })), { spreadsheet });
    const written = parse(text, { skipFirstRow: true });
    const disarmed = armed.map((id) => spreadsheet ? `'${id}` : id);
    assertEquals(written.map((row) => row["id"]), [...disarmed, ...others]);
    assertEquals(new Set(written.map((row) => row["cte"])), new Set(["-1"]));
  }
});

Deno.test("tableToCsv() refuses numbers that are not finite, counting rows from the first of a long table", () => {
  const rows = Array.from({ length: 20_001 }, () => ({ id: "a", cte: 0 }));
  for (const cte of [NaN, Infinity]) {
    const writing = () => csv(rows.with(-1, { id: "b", cte }));
    const said = `column "cte" of row 20000 is ${cte}, but a number must be finite`;
    assertThrowsCode(writing, "value-not-finite", said);
  }
});

Deno.test("tableToCsv() refuses a row with a property that its columns do not list", () => {
  const table: Table<Row> = { name: "effects", columns: ["id"], rows: [{ id: "a", cte: 1 }] };
  assertThrowsCode(() => tableToCsv(table), 'name-unknown: "cte", which is not among its');
});

Deno.test("withoutGuard() gives back every text that tableToCsv() wrote for a spreadsheet, so that no two become one", () => {
  const letters = ["'", "=", "-", "@", "a", "\t", "\r", "\n", "＝", " "];
  const texts = letters.flatMap((a) =>
    letters.flatMap((b) => [a, a + b, ...letters.map((c) => a + b + c), `''${a}${b}`])
  );
  const ids = [...new Set(texts)];
  const text = csv(ids.map((id) => ({ id, cte: 1 })), { spreadsheet: true });
  const cells = readCsvLines(text).slice(1).map(([id]) => id!);
  assertEquals(cells.map(withoutGuard), ids);
  assertEquals(new Set(cells).size, ids.length);
  assertEquals(cells.filter((cell) => /^[=+\-@\t\r\n＝]/.test(cell)), []);
});

Deno.test("csvPieces() gives a long table in pieces of whole lines, whose rows are made for one piece at a time", () => {
  let made = 0;
  const effects = schema("effects", "", { id: text(""), cte: count("") });
  const table = fillOnRequest(effects, function* () {
    for (let cte = 0; cte < 50_000; cte++) {
      made++;
      yield { id: "a", cte };
    }
  });
  const pieces: string[] = [];
  let before = 0;
  for (const piece of csvPieces(table)) {
    assert(piece.endsWith("\r\n") && made - before <= 5000);
    before = made;
    pieces.push(piece);
  }
  assert(pieces.length >= 10);
  const lines = table.rows.map(({ id, cte }) => `${id},${cte}\r\n`);
  assertEquals(pieces.join(""), `id,cte\r\n${lines.join("")}`);
});

Deno.test("readCsvLines() reads back every cell that csvLine() wrote, whatever it holds", () => {
  const letters = [...",\"\r\na \0\u0085\u2028\v\f';\ufeff"];
  const cells = letters.flatMap((a) => [a, ...letters.flatMap((b) => [a + b, `a${a}${b}a`])]);
  cells.push("");
  const lines = cells.flatMap((cell) => [[cell], [cell, "1"], ["1", cell], [cell, cell]]);
  assertEquals(readCsvLines(lines.map(csvLine).join("")), lines);
  for (const line of lines) assertEquals(readCsvLines(csvLine(line)), [line]); // also those without quotes
});

Deno.test("readCsvLines() ends lines at CRLF, LF and CR, and skips empty lines", () => {
  const lines = [["a", "b"], ["1", ""], ["", "2"]];
  for (const end of ["\r\n", "\n", "\r"]) {
    for (const cell of ["a", '"a"']) {
      const text = [`${cell},b`, "1,", "", ",2"].join(end);
      assertEquals(readCsvLines(text), lines);
      assertEquals(readCsvLines(text + end + end), lines);
    }
  }
  assertEquals(readCsvLines(""), []);
  assertEquals(readCsvLines('""\r\n'), [[""]]);
});

Deno.test("readCsvLines() names the line of a quote that is out of place", () => {
  for (const text of ['a\r\n"b\r\nc', 'a\rb"c\r', 'a\n"b"c,"d"']) {
    assertThrows(() => readCsvLines(text), SyntaxError, "line 2 has a quote that is never closed");
  }
});

Deno.test("readTsvLines() splits at tabs, leaves out empty lines and knows all line ends", () => {
  assertEquals(readTsvLines("a\tb, c\r\n\n\t1\rd\t"), [["a", "b, c"], ["", "1"], ["d", ""]]);
});

Deno.test("readTsvLines() unquotes a cell in quotes, and leaves other quotes as they are", () => {
  const cells = ['"high ""seas"" here"', 'the "clip" is', '"a" and "b"', '""', '"', '"""x"""'];
  assertEquals(readTsvLines(cells.join("\t")), [
    ['high "seas" here', 'the "clip" is', '"a" and "b"', "", '"', '"x"'],
  ]);
});

const PLACE = 'Cannot read row 2 of table "t.csv": ';
const ADVICE = "; restore the file as it was written";

function rowOf(header: string, cells: string) {
  return readCsvRows(`${header}\r\n${cells}\r\n`, "t.csv")[0]!;
}

function refuses(use: () => unknown, message: string): void {
  assertEquals(assertThrowsCode(use, "run-edited").message, PLACE + message + ADVICE);
}

Deno.test("readCsvRows() names the table and the line of a row that is cut short", () => {
  const error = assertThrowsCode(() => readCsvRows("a,b\n1,2\n3\n", "t.csv"), "run-edited");
  assertEquals(
    error.message,
    'Cannot read table "t.csv": row 3 has 1 fields, but the header has 2' + ADVICE,
  );
  const refuses = (text: string, why: string) =>
    assertThrowsCode(() => readCsvRows(text, "t.csv"), `run-edited: "t.csv": ${why}`);
  refuses("", "it has no header");
  refuses('a\r\n"1', "line 2 has a quote that is never closed");
});

Deno.test("CsvRow reads the values of its columns, and an empty cell as undefined", () => {
  const row = rowOf("role,layer,cte,low", "eot,012,-1.5e-3,");
  assertEquals(row.text("role"), "eot");
  assertEquals([row.count("layer"), row.number("cte")], [12, -0.0015]);
  assertEquals(row.number("low"), undefined);
});

Deno.test("CsvRow refuses what its column cannot hold", () => {
  const row = rowOf("role,layer,cte", ",-1, ");
  refuses(() => row.text("role"), '"role" must be a text, but it is ""');
  refuses(() => row.count("layer"), '"layer" must be a whole number, but it is "-1"');
  refuses(() => row.number("cte"), '"cte" must be a number or nothing, but it is " "');
  for (const cell of ["NaN", "Infinity", "1,5", "x"]) {
    const reading = () => rowOf("cte", `"${cell}"`).number("cte");
    assertThrowsCode(reading, `run-edited: it is "${cell}"`);
  }
});
