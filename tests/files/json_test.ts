import { assertEquals, assertThrows } from "@std/assert";
import { parseJson } from "../../lib/files/json.ts";

/** Lists or objects within each other. */
function nested(depth: number, [open, close]: readonly [string, string]): string {
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

Deno.test("parseJson() reads what JSON.parse() reads", () => {
  for (const text of ["null", "1", '"[[["', '{"a":[{"b":[]},null,{}]}']) {
    assertEquals(parseJson(text), JSON.parse(text));
  }
  assertThrows(() => parseJson("{"), SyntaxError);
});

Deno.test("parseJson() refuses lists and objects that are nested more than 100 levels deep", () => {
  for (const kind of [["[", "]"], ['{"a":', "}"], ['[{"a":', "}]"]] as const) {
    const levels = kind[0] === '[{"a":' ? 2 : 1;
    parseJson(nested(100 / levels, kind));
    for (const depth of [101, 100_000]) {
      assertThrows(
        () => parseJson(nested(depth, kind)),
        SyntaxError,
        "its lists and objects are nested more than 100 levels deep",
      );
    }
  }
});
