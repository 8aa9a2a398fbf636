import { parse } from "@std/csv";
import { assertEquals, assertThrows } from "@std/assert";

// Expected values come from the tests of @std/csv 1.0.6, which follow those of Go's encoding/csv.

const RECORDS: readonly (readonly [text: string, records: string[][]])[] = [
  // Records end at LF and CRLF, not at a lone CR.
  ["a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]],
  ["a,b\rc,d\r\n", [["a", "b\rc", "d"]]],
  ["field1,field2\r", [["field1", "field2"]]],
  ["field\r\r\n\rfield\r\r\n\r", [["field\r"], ["\rfield\r"]]],
  // Empty lines and a byte order mark are left out; empty fields and white space are not.
  ["\n\na,b,c\n\nd,e,f\n\n", [["a", "b", "c"], ["d", "e", "f"]]],
  ['\ufeff"a""b"', [['a"b']]],
  ['a,b,\n"",""\n""\n,\n', [["a", "b", ""], ["", ""], [""], ["", ""]]],
  ["", []],
  [" a,  b,   c\n", [[" a", "  b", "   c"]]],
  // Quoted separators, quotes and line ends, CRLF as LF.
  ['"a,a","b""b"', [["a,a", 'b"b']]],
  ['""""""""', [['"""']]],
  ['A,"Hello\r\nHi",B\r\n', [["A", "Hello\nHi", "B"]]],
];

Deno.test("parse() reads records and their fields", () => {
  for (const [text, records] of RECORDS) assertEquals(parse(text), records);
});

Deno.test("parse() names columns from the first row, whose number of fields each row has", () => {
  assertEquals(parse("a,b\nc,d\n", { skipFirstRow: true }), [{ a: "c", b: "d" }]);
  assertEquals(parse("a,b,c\nd,e"), [["a", "b", "c"], ["d", "e"]]);
  assertThrows(
    () => parse("a,b,c\nd,e,,g", { skipFirstRow: true }),
    Error,
    "Syntax error on line 2: The record has 4 fields, but the header has 3 fields",
  );
  assertThrows(() => parse("", { skipFirstRow: true }), TypeError, "headers must be defined");
});
