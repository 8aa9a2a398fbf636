import { assertEquals, assertThrows } from "@std/assert";
import { parsePythonTexts } from "../../../lib/benchmark/formats/format.ts";

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
  [" [ 'a' ,\n'b', ] ", `["a","b"]`],
  ["['\\101\\q']", `["A\\\\q"]`],
] as const;

Deno.test("parsePythonTexts() reads what Python's repr writes", () => {
  for (const [text, json] of WRITTEN) assertEquals(parsePythonTexts(text), JSON.parse(json), text);
});

Deno.test("parsePythonTexts() refuses everything else", () => {
  const wrong = [
    ...["", "[", "['a", "['a' 'b']", "[1]", "['a',,'b']", "{'a': 1}", "a", "print(1)", "'a'"],
    ...["['a'] + ['b']", "[__import__('os')]", "['\\U00110000']", "['\\xg0']", "['a']]", "[b'x']"],
    ...["[['a']]", "('a',)", "[,]"],
  ];
  for (const text of wrong) assertThrows(() => parsePythonTexts(text), SyntaxError, "", text);
});
