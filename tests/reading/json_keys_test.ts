import { assertEquals } from "@std/assert";
import { jsonKeys } from "../../lib/reading/json.ts";

Deno.test("jsonKeys() gives the keys of the outermost object as they stand in the text", () => {
  const text =
    '{ "b" : {"x":[1,"y",{"z":"{"}]}, "10":"a\\"b, \\\\", "2":[], "\\u0061,{":"}", "__proto__":1}';
  assertEquals(jsonKeys(text).outermost, ["b", "10", "2", "a,{", "__proto__"]);
  assertEquals(jsonKeys(text).outermost.toSorted(), Object.keys(JSON.parse(text)).sort());
  for (const other of ["[]", '[{"a":1}]', "1", '"a"', "{}"]) {
    assertEquals(jsonKeys(other).outermost, []);
  }
});

Deno.test("jsonKeys() finds a key that an object has twice, however it is written", () => {
  const find = (text: string) => jsonKeys(text).repeated;
  assertEquals(find('{"a":1,\n"b":2,\n"\\u0061":3,"b":4}'), { key: "a", depth: 0, line: 3 });
  assertEquals(find('[{"a":{"b":1}},{"a":{"c":1,"c":2}}]'), { key: "c", depth: 2, line: 1 });
  assertEquals(find('[{"a":1},{"a":2},["a","a"],{"b":"b","c":"b"}]'), undefined);
  assertEquals(find('{"__proto__":1,"__proto__":2}')?.key, "__proto__");
});
