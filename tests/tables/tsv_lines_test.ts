import { assertEquals } from "@std/assert";
import { readTsvLines } from "../../lib/tables/tsv_lines.ts";

Deno.test("readTsvLines() splits at tabs, leaves out empty lines and knows all line ends", () => {
  assertEquals(readTsvLines("a\tb, c\r\n\n\t1\rd\t"), [["a", "b, c"], ["", "1"], ["d", ""]]);
});

Deno.test("readTsvLines() unquotes a cell in quotes, and leaves other quotes as they are", () => {
  const cells = ['"high ""seas"" here"', 'the "clip" is', '"a" and "b"', '""', '"', '"""x"""'];
  assertEquals(readTsvLines(cells.join("\t")), [
    ['high "seas" here', 'the "clip" is', '"a" and "b"', "", '"', '"x"'],
  ]);
});
