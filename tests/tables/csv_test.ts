import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { csvPieces, tableToCsv, withoutGuard } from "../../lib/tables/csv.ts";
import { readCsvLines } from "../../lib/tables/csv_lines.ts";
import { madeTable, type Table } from "../../lib/tables/table.ts";
import { assertThrowsCode } from "../error_codes.ts";

interface Row {
  readonly id: string;
  readonly head?: number;
  readonly cte: number | undefined;
}

function csv(rows: readonly Row[]): string {
  return tableToCsv<Row>({ name: "effects", columns: ["id", "head", "cte"], rows });
}

Deno.test("tableToCsv() writes a header and a line for each row, each ending in CRLF", () => {
  assertEquals(csv([{ id: "a", head: 1, cte: 2 }]), "id,head,cte\r\na,1,2\r\n");
  assertEquals(csv([]), "id,head,cte\r\n");
});

Deno.test("tableToCsv() leaves missing cells empty, absent or undefined", () => {
  assertEquals(csv([{ id: "a", cte: undefined }]), "id,head,cte\r\na,,\r\n");
});

Deno.test("tableToCsv() writes every bit of a number", () => {
  const values = [0.1 + 0.2, -1 / 3, 5e-324, 1.7976931348623157e308, 2 ** 53];
  const written = parse(csv(values.map((cte) => ({ id: "a", cte }))), { skipFirstRow: true });
  assertEquals(written.map((row) => Number(row["cte"])), values);
});

Deno.test("tableToCsv() disarms texts that a spreadsheet would run, and only those", () => {
  const armed = ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "\na", "＝1", "＋1", "－1", "＠a"];
  const others = ["a=1", " =1", "'", "'a", "''", "it's", "'tis"];
  const ids = [...armed, ...others];
  const written = parse(csv(ids.map((id) => ({ id, cte: -1 }))), { skipFirstRow: true });
  assertEquals(written.map((row) => row["id"]), [...armed.map((id) => `'${id}`), ...others]);
  assertEquals(new Set(written.map((row) => row["cte"])), new Set(["-1"]));
});

Deno.test("tableToCsv() quotes separators, quotes and line ends", () => {
  const id = 'There is a "dog", here.\n';
  assertEquals(parse(csv([{ id, cte: 1 }]))[1], [id, "", "1"]);
});

Deno.test("tableToCsv() writes long tables line by line, and counts their rows from the first", () => {
  const rows = Array.from({ length: 20_001 }, (_, cte) => ({ id: "a", cte }));
  assertEquals(csv(rows), `id,head,cte\r\n${rows.map(({ cte }) => `a,,${cte}\r\n`).join("")}`);
  assertThrowsCode(
    () => csv(rows.with(-1, { id: "b", cte: NaN })),
    "value-not-finite",
    "of row 20000 is NaN",
  );
});

Deno.test("tableToCsv() refuses numbers that are not finite", () => {
  for (const cte of [NaN, Infinity]) {
    assertThrowsCode(
      () => csv([{ id: "a", cte: 0 }, { id: "b", cte }]),
      "value-not-finite",
      `column "cte" of row 1 is ${cte}, but a number must be finite; leave a missing value undefined`,
    );
  }
});

Deno.test("tableToCsv() refuses a row with a property that its columns do not list", () => {
  const table: Table<Row> = { name: "effects", columns: ["id"], rows: [{ id: "a", cte: 1 }] };
  assertThrowsCode(
    () => tableToCsv(table),
    "name-unknown",
    '"cte", which is not among its columns id',
  );
});

Deno.test("withoutGuard() gives back every text that tableToCsv() wrote, so that no two become one", () => {
  const letters = ["'", "=", "-", "@", "a", "\t", "\r", "\n", "＝", " "];
  const texts = letters.flatMap((a) =>
    letters.flatMap((b) => [a, a + b, ...letters.map((c) => a + b + c), `''${a}${b}`])
  );
  const ids = [...new Set(texts)];
  const cells = readCsvLines(csv(ids.map((id) => ({ id, cte: 1 })))).slice(1).map(([id]) => id!);
  assertEquals(cells.map(withoutGuard), ids);
  assertEquals(new Set(cells).size, ids.length);
  assertEquals(cells.filter((cell) => /^[=+\-@\t\r\n＝]/.test(cell)), []);
});

Deno.test("csvPieces() gives a long table in pieces of whole lines, whose rows are made for one piece at a time", () => {
  let made = 0;
  const table = madeTable({ name: "effects", columns: ["id", "cte"] }, function* () {
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
  assertEquals(pieces.join(""), tableToCsv(table));
});
