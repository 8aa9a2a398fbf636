import { assertEquals, assertThrows } from "@std/assert";
import { decimal, jsonFailure, jsonKeys, parseJson } from "../../lib/reading/json.ts";

/** Lists or objects within each other. */
function nested(depth: number, [open, close]: readonly [string, string]): string {
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

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

Deno.test("parseJson() refuses a key that an object has twice", () => {
  const again = 'key "a" is there again in line 3';
  assertThrows(() => parseJson('[{"a": 1},\n{"a": 2,\n"\\u0061": 3}]'), SyntaxError, again);
});

Deno.test("jsonFailure() quotes nothing of the text", () => {
  const secret = "root:x:0:0:root:/root:/bin/bash\n";
  const users = "user:pw\nroot:pw2\n"; // a line break within what is quoted
  const cases = [
    ...[users, `[1, 2, 3, ${users}`, secret, `{"a": ${secret}`, `{"a": 1}${secret}`, `["${secret}`],
    ...['"a" b', ""],
  ];
  for (const text of cases) {
    const error = assertThrows(() => parseJson(text), SyntaxError);
    assertEquals(/root|bash|pw|[":]x/.test(jsonFailure(error)), false, jsonFailure(error));
  }
});

Deno.test("jsonKeys() finds a key that an object has twice, however it is written", () => {
  const find = (text: string) => jsonKeys(text).repeated;
  assertEquals(find('{"a":1,\n"b":2,\n"\\u0061":3,"b":4}'), { key: "a", depth: 0, line: 3 });
  assertEquals(find('[{"a":{"b":1}},{"a":{"c":1,"c":2}}]'), { key: "c", depth: 2, line: 1 });
  assertEquals(find('[{"a":1},{"a":2},["a","a"],{"b":"b","c":"b"}]'), undefined);
  assertEquals(find('{"__proto__":1,"__proto__":2}')?.key, "__proto__");
});

Deno.test("decimal() reads decimal digits and nothing else that Number takes", () => {
  const numbers = { "1": 1, ".5": 0.5, "2.": 2, "-1e-3": -0.001, "+4E2": 400, " 0.25 ": 0.25 };
  assertEquals(Object.keys(numbers).map(decimal), Object.values(numbers));
  for (const text of ["0x1", "0b1", "0o7", "", " ", "Infinity", "1e999", "NaN", "1_000", "1,5"]) {
    assertEquals(decimal(text), NaN, text);
  }
});
