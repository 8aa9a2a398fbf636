import { assertEquals } from "@std/assert";
import { NegscopeError, visibleLine, visibleText } from "../../lib/errors.ts";

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
