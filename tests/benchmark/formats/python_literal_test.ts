import { assertEquals, assertThrows } from "@std/assert";
import { parsePythonLiteral } from "../../../lib/benchmark/formats/python_literal.ts";

/** Texts as Python 3.12's `repr` writes them, with the values as JSON. */
const WRITTEN = [
  [
    `["A book; it's alpha.", 'A "horse" with no bench.']`,
    `["A book; it's alpha.","A \\"horse\\" with no bench."]`,
  ],
  [
    `['it\\'s "so"', '\\\\', '\\t\\n\\x07', 'é', '\\u200b', '\\U0001f600']`,
    `["it's \\"so\\"","\\\\","\\t\\n\\u0007","é","\\u200b","😀"]`,
  ],
  ["[]", "[]"],
  ["()", "[]"],
  ["('a',)", `["a"]`],
  ["('a')", `"a"`],
  ["[1, -2.5, 1e-05, 1_000, None, True, False]", "[1,-2.5,0.00001,1000,null,true,false]"],
  ["[[1, 2], (3, 4), {5, 6}]", "[[1,2],[3,4],[5,6]]"],
  ["['a' 'b',\n 'c']", `["ab","c"]`],
] as const;

Deno.test("parsePythonLiteral() reads what Python's repr writes", () => {
  for (const [text, json] of WRITTEN) {
    assertEquals<unknown>(parsePythonLiteral(text), JSON.parse(json), text);
  }
  const map = parsePythonLiteral(`{'a': 1, "b": [2], 3: {}}`);
  assertEquals<unknown>(
    map,
    new Map<string | number, unknown>([["a", 1], ["b", [2]], [3, new Map()]]),
  );
});

Deno.test("parsePythonLiteral() refuses everything else", () => {
  const deep = "[".repeat(60) + "]".repeat(60);
  const wrong = [
    ...["", "[", "['a", "['a' 'b", "[1 2]", "[1,,2]", "{1: 2, 3}", "{1, 2: 3}", "a", "print(1)"],
    ...["[1] + [2]", "__import__('os')", "'\\U00110000'", "'\\xg0'", "nan", "[1]]", "b'x'", deep],
  ];
  for (const text of wrong) assertThrows(() => parsePythonLiteral(text), SyntaxError);
});
