import { assertEquals, assertThrows } from "@std/assert";
import { parse } from "@std/csv";
import { csvLine, readCsvLines, readTsvLines } from "../../lib/tables/csv_lines.ts";

Deno.test("readCsvLines() reads back every cell that csvLine() wrote, whatever it holds", () => {
  const letters = [
    ",",
    '"',
    "\r",
    "\n",
    "a",
    " ",
    "\0",
    "\u0085",
    "\u2028",
    "\v",
    "\f",
    "'",
    ";",
    "\ufeff",
  ];
  const cells = [
    "",
    ...letters.flatMap((a) => [a, ...letters.flatMap((b) => [a + b, `a${a}${b}a`])]),
  ];
  const lines = cells.flatMap((cell) => [[cell], [cell, "1"], ["1", cell], [cell, cell]]);
  assertEquals(readCsvLines(lines.map(csvLine).join("")), lines);
  for (const line of lines) assertEquals(readCsvLines(csvLine(line)), [line]); // also those without quotes
});

Deno.test("csvLine() quotes a carriage return, so that no reader begins a row there", () => {
  assertEquals(csvLine(["dog\r=1+1", "1"]), '"dog\r=1+1",1\r\n');
  const texts = ["a", "a,b", 'say "no"', "two\nlines", "", "\u2028"];
  assertEquals(parse(csvLine(texts)), [texts]); // another reader
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
  const refuses = (text: string, message: string) =>
    assertThrows(() => readCsvLines(text), SyntaxError, message);
  refuses('a\r\n"b\r\nc', "line 2 has a quote that is never closed");
  refuses('a\rb"c\r', "line 2 has a quote in a cell that does not begin with one");
  refuses('"a\nb"c,"d"', "line 2 has a quote within a cell that is not written twice");
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
