import { assert, assertEquals } from "@std/assert";
import {
  isUsage,
  NegscopeError,
  readingFailure,
  shown,
  visibleLine,
  visibleText,
} from "../../lib/errors/errors.ts";

Deno.test("NegscopeError joins its parts into one line", () => {
  const problem = 'Cannot find "x"';
  const say = (parts: object) => new NegscopeError("name-unknown", { problem, ...parts }).message;
  assertEquals(say({}), problem);
  assertEquals(say({ reason: "it is gone" }), `${problem}: it is gone`);
  assertEquals(say({ expected: "a name" }), `${problem}: expected a name`);
  assertEquals(
    say({ fix: "say y", expected: "a name", reason: "it is gone" }),
    `${problem}: it is gone; expected a name; say y`,
  );
});

Deno.test("NegscopeError has a line of its own for each detail, which cannot pretend to be two", () => {
  const error = new NegscopeError("data-rows-unusable", {
    problem: "Cannot use 2 rows",
    fix: "correct them",
    details: ["row 2: it is 1", 'row 3: it is "a\n  row 4: fine"'],
  });
  assertEquals(
    error.message.split("\n"),
    ["Cannot use 2 rows: correct them", "  row 2: it is 1", '  row 3: it is "a\\n  row 4: fine"'],
  );
});

Deno.test("isUsage() distinguishes wrong use of a task from all other errors", () => {
  const parts = { problem: "Cannot use it" };
  assert(isUsage(new NegscopeError("usage-flag-unknown", parts)));
  assert(!isUsage(new NegscopeError("name-unknown", parts)));
  assert(!isUsage(new Error("usage-flag-unknown")));
});

Deno.test("NegscopeError cuts parts of more than 4,000 characters, but not its subject", () => {
  const long = "x".repeat(1_000_000);
  const error = new NegscopeError("name-unknown", {
    ...{ problem: `Cannot find "${long}"`, subject: long, details: [long] },
  });
  assertEquals([error.message.length, error.subject], [2 * 4001 + "\n  ".length, long]);
});

Deno.test("visibleLine() writes what steers a terminal or turns a text as escapes", () => {
  const attacks = [
    ["\x1b[2J\x1b]0;title\x07", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"],
    ["\x9b31m", "\\u{9b}31m"],
    ["a\r\nb\tc\x7f", "a\\r\\nb\\tc\\u{7f}"],
    ["gpj.\u202etxt", "gpj.\\u{202e}txt"],
    ["\u202a\u202d\u2066\u2069", "\\u{202a}\\u{202d}\\u{2066}\\u{2069}"],
    ["\u200e\u200f\u061c", "\\u{200e}\\u{200f}\\u{61c}"],
    ["a\u200bb\u2060c\ufeff\u00ad", "a\\u{200b}b\\u{2060}c\\u{feff}\\u{ad}"],
    ["a\u200cb\u200dc", "a\\u{200c}b\\u{200d}c"], // joiners have no use between Latin letters
    ["a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
    ["a\ud800b\udc00", "a\\u{d800}b\\u{dc00}"],
    ["a\u{e0041}\ufff9\uffff\u{1fffe}", "a\\u{e0041}\\u{fff9}\\u{ffff}\\u{1fffe}"],
  ] as const;
  for (const [text, shown] of attacks) {
    assertEquals(visibleLine(text), shown);
    assertEquals(visibleLine(shown), shown);
  }
});

Deno.test("visibleLine() leaves texts of all scripts and emoji as they are", () => {
  const texts = [
    ...["naïve “quotes” − 5 %…", "سگ‌ها نیستند", "שָׁלוֹם", "क्‍ष", "没有狗", "개가 없다", "e\u0301"],
    ...["👩‍👩‍👧‍👦 🏳️‍🌈 👋🏽 ☺️ 🇳🇱", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
  ];
  for (const text of texts) assertEquals([visibleLine(text), visibleText(text)], [text, text]);
});

Deno.test("visibleText() keeps line feeds and tabs, and no carriage return", () => {
  assertEquals(visibleText("a\n\tb\r\x1bc"), "a\n\tb\\r\\u{1b}c");
});

Deno.test("NegscopeError has no character in its message that cannot be seen, and keeps its subject", () => {
  const subject = "x\x1b[2J\u202e";
  const problem = `Cannot find "${subject}"`;
  const error = new NegscopeError("name-unknown", { problem, subject, reason: "a\nb" });
  assertEquals(error.message, 'Cannot find "x\\u{1b}[2J\\u{202e}": a\\nb');
  assertEquals([error.subject, error.reason], [subject, "a\\nb"]);
  assertEquals(error.stack!.includes("\x1b"), false);
});

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
