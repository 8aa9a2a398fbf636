import { assert, assertEquals } from "@std/assert";
import { readingFailure, shown } from "../../lib/errors.ts";

Deno.test("shown() is the beginning of a value's JSON", () => {
  const values = [
    ...[null, true, 1.5, "a", 'a"b\n', "😀".repeat(60), "\ud800", [], {}, [
      1,
      [undefined, "x"],
      {},
    ]],
    ...[{ a: undefined, b: [1], "c d": { e: null } }, new Date(0), [() => 1], {
      f: () => 1,
      g: NaN,
    }],
    ...["x".repeat(79), "x".repeat(500), Array(100).fill("ab"), { ["k".repeat(100)]: [1] }],
  ];
  for (const value of values) {
    const text = JSON.stringify(value);
    assertEquals(shown(value), text.length > 80 ? `${text.slice(0, 80)}…` : text);
  }
  assertEquals([shown(undefined), shown(12n), shown(Symbol("a"))], ["missing", "12", "Symbol(a)"]);
});

Deno.test("shown() reads only the beginning of a value that is deep, large or holds itself", () => {
  let deep: unknown = [];
  for (let i = 0; i < 1_000_000; i++) deep = [deep];
  assertEquals(shown(deep), "[".repeat(80) + "…");
  const itself: unknown[] = [];
  itself.push(itself);
  assertEquals(shown(itself), "[".repeat(80) + "…");
  let read = 0;
  const large = Array.from({ length: 1000 }, () => ({
    get a() {
      read++;
      return "b".repeat(1e6);
    },
  }));
  assertEquals(shown(large).length, 81);
  assert(read < 20, `${read} of 1000`);
});

Deno.test("readingFailure() names the limit of a text that is too long, whoever says so", () => {
  const limit = "it is larger than the 536,870,888 characters that a text can have";
  const ofDeno = new TypeError("failed to allocate string; buffer exceeds maximum length");
  assertEquals(readingFailure(ofDeno), limit);
  try {
    "a".repeat(2 ** 29);
  } catch (error) {
    assertEquals(readingFailure(error), limit);
  }
  assertEquals("a".repeat(2 ** 29 - 24).length, 536_870_888);
});
