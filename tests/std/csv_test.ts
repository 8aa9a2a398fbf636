import { type Column, parse, stringify } from "@std/csv";
import { parse as parseAlone } from "@std/csv/parse";
import { stringify as stringifyAlone } from "@std/csv/stringify";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

// Expected values come from the tests of @std/csv 1.0.6, which follow those of Go's encoding/csv.

Deno.test("parse() splits records at LF and CRLF, and keeps a lone CR", () => {
  assertEquals(parse("a,b\r\nc,d\r\n"), [["a", "b"], ["c", "d"]]);
  assertEquals(parse("a,b\rc,d\r\n"), [["a", "b\rc", "d"]]);
  assertEquals(parse("field1,field2\r"), [["field1", "field2"]]);
  assertEquals(parse("field\r\r\n\rfield\r\r\n\r"), [["field\r"], ["\rfield\r"]]);
});

Deno.test("parse() leaves out empty lines and a byte order mark, but keeps empty fields", () => {
  assertEquals(parse("\n\na,b,c\n\nd,e,f\n\n"), [["a", "b", "c"], ["d", "e", "f"]]);
  assertEquals(parse('\ufeff"a""b"'), [['a"b']]);
  assertEquals(parse('a,b,\n"",""\n""\n,\n'), [["a", "b", ""], ["", ""], [""], ["", ""]]);
  assertEquals(parse(""), []);
});

Deno.test("parse() reads quoted separators, quotes and line ends, CRLF as LF", () => {
  assertEquals(parse('"a,a","b""b"'), [["a,a", 'b"b']]);
  assertEquals(parse('""""""""'), [['"""']]);
  assertEquals(parse('A,"Hello\r\nHi",B\r\n'), [["A", "Hello\nHi", "B"]]);
});

Deno.test("parse() keeps white space unless trimLeadingSpace is set", () => {
  assertEquals(parse(" a,  b,   c\n"), [[" a", "  b", "   c"]]);
  assertEquals(parse(' "a",\t" b",c, ', { trimLeadingSpace: true }), [["a", " b", "c", ""]]);
});

Deno.test("parse() takes another separator and a comment character at the start of a line", () => {
  assertEquals(parse("a;b;c\n", { separator: ";" }), [["a", "b", "c"]]);
  assertEquals(parse("#1,2,3\na,#b\n#comment", { comment: "#" }), [["a", "#b"]]);
  assertEquals(parse("#1,2\na,b"), [["#1", "2"], ["a", "b"]]);
});

Deno.test("parse() names columns from the first row, from the option, or from the option with the first row skipped", () => {
  const text = "a,b\nc,d\n";
  assertEquals(parse(text, { skipFirstRow: true }), [{ a: "c", b: "d" }]);
  assertEquals(parse(text, { columns: ["x", "y"] }), [{ x: "a", y: "b" }, { x: "c", y: "d" }]);
  assertEquals(parse(text, { skipFirstRow: true, columns: ["x", "y"] }), [{ x: "c", y: "d" }]);
});

Deno.test("parse() returns the types that its options imply", () => {
  const lists: string[][] = parse("a", { separator: ";" });
  const named: Record<"x" | "y", string>[] = parse("1,2", { columns: ["x", "y"] });
  const byHeader: Record<string, string>[] = parse("a\n1", { skipFirstRow: true });
  assertEquals([lists, named[0]?.y, byHeader[0]?.["a"]], [[["a"]], "2", "1"]);
});

Deno.test("parse() names the line and column of a misplaced quote", () => {
  const bare = 'bare " in non-quoted-field';
  const missing = 'extraneous or missing " in quoted-field';
  const fails = (text: string, message: string) =>
    assertThrows(() => parse(text), SyntaxError, `Syntax error on line ${message}`);
  fails('x\na "word"', `2; parse error on line 2, column 3: ${bare}`);
  fails('x\n😀 "word"', `2; parse error on line 2, column 3: ${bare}`);
  fails('x\n"a "word",b', `2; parse error on line 2, column 4: ${missing}`);
  fails('a,"b\nc"d,e', `1; parse error on line 2, column 2: ${missing}`);
  fails('"""""""', `1; parse error on line 1, column 8: ${missing}`);
  fails('x\n"a\nb', `2; parse error on line 3, column 1: ${missing}`);
});

Deno.test("parse() keeps misplaced quotes on request", () => {
  const lazy = { lazyQuotes: true } as const;
  assertEquals(parse('a "word","1"2",a","b', lazy), [['a "word"', '1"2', 'a"', "b"]]);
});

Deno.test("parse() checks the number of fields on request, and always against named columns", () => {
  assertEquals(parse("a,b,c\nd,e"), [["a", "b", "c"], ["d", "e"]]);
  assertEquals(parse("a,b\nc", { fieldsPerRecord: -1 }), [["a", "b"], ["c"]]);
  assertThrows(
    () => parse("a,b,c\nd,e", { fieldsPerRecord: 0 }),
    SyntaxError,
    "Syntax error on line 2: expected 3 fields but got 2",
  );
  assertThrows(() => parse("a,b,c", { fieldsPerRecord: 2 }), SyntaxError, "line 1: expected 2");
  assertThrows(
    () => parse("a,b,c\nd,e,,g", { skipFirstRow: true }),
    Error,
    "Syntax error on line 2: The record has 4 fields, but the header has 3 fields",
  );
});

Deno.test("parse() refuses a reserved separator, and an empty text if there should be a header", () => {
  const invalid = "Cannot parse input: invalid delimiter";
  for (const separator of ["\n", "\r", '"']) {
    assertThrows(() => parse("", { separator }), Error, invalid);
  }
  assertThrows(() => parse("", { separator: "X", comment: "X" }), Error, invalid);
  assertThrows(() => parse("", { skipFirstRow: true }), TypeError, "headers must be defined");
});

Deno.test("stringify() ends rows in CRLF and quotes only separators, quotes and line feeds", () => {
  const rows = [["plain text", "a,b", 'say "no"', "two\nlines", "two\r\nlines", "cr\r", ""]];
  assertEquals(
    stringify(rows),
    'plain text,"a,b","say ""no""","two\nlines","two\r\nlines",cr\r,\r\n',
  );
  assertEquals(stringify([["a,b", "c\td"]], { separator: "\t" }), 'a,b\t"c\td"\r\n');
});

Deno.test("stringify() writes empty fields for null and undefined, JSON for objects, text for others", () => {
  assertEquals(
    stringify([[null, undefined, true, 1n, -0.5, { a: "b" }], [""], []]),
    ',,true,1,-0.5,"{""a"":""b""}"\r\n\r\n\r\n',
  );
});

Deno.test("stringify() takes columns by key, index, path and details, and writes headers by default", () => {
  const data = [{ age: 70, name: { first: "Rick" } }, { age: 14, name: { first: "Morty" } }];
  const columns: Column[] = [["name", "first"], { prop: "age", header: "years, full" }];
  assertEquals(stringify(data, { columns }), 'first,"years, full"\r\nRick,70\r\nMorty,14\r\n');
  assertEquals(stringify(data, { columns, headers: false }), "Rick,70\r\nMorty,14\r\n");
  assertEquals(stringify([["a", "b"]], { columns: [1] }), "1\r\nb\r\n");
  assertEquals(stringify([], { columns: ["a"] }), "a\r\n");
});

Deno.test("stringify() begins with a byte order mark on request", () => {
  assertEquals(stringify([["a"]], { bom: true }), "\ufeffa\r\n");
  assertEquals(stringify([]), "");
});

Deno.test("stringify() refuses objects without columns, keys for arrays and reserved separators", () => {
  assertThrows(() => stringify([{ a: 1 }]), TypeError, "No property accessor function");
  assertThrows(() => stringify([["a"]], { columns: ["a"] }), TypeError, 'not of type "number"');
  assertThrows(() => stringify([["a"]], { separator: '"' }), TypeError, "Separator cannot include");
});

Deno.test("parse() gives back the rows that stringify() wrote", () => {
  const rows = [["a,b", 'c"d', ""], ["e\nf", " g ", "h\ri"]];
  assertEquals(parse(stringify(rows)), rows);
});

Deno.test("parse() and stringify() have separate modules", () => {
  assertStrictEquals(parseAlone, parse);
  assertStrictEquals(stringifyAlone, stringify);
});
