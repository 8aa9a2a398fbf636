import { assertEquals } from "@std/assert";
import { type Word, wordLines, wordsUsed, wrapText } from "../../lib/tables/words.ts";

const WORDS: readonly Word[] = [
  { word: "S", means: "the score" },
  { word: "d", means: "S(caption) - S(foil)" },
  { word: "CTE", means: "share of d" },
  { word: "95 % interval", also: ["low"], means: "a range" },
];

function used(text: string): string[] {
  return wordsUsed(text, WORDS).map(({ word }) => word);
}

Deno.test("wordsUsed() finds words as wholes, and those that their explanations use", () => {
  assertEquals(used("negated  CTE\nfoil     0.5"), ["S", "d", "CTE"]);
  assertEquals(used("mean d"), ["S", "d"]);
  assertEquals(used("the 95 % interval"), ["95 % interval"]);
  assertEquals(used("below, slow, a.d, d-e, CTEs, S2"), []);
  assertEquals(used("value  low"), ["95 % interval"]);
});

Deno.test("wordLines() fits explanations into 80 columns, each beside its word", () => {
  const means = "a range ".repeat(12).trim();
  const text = wordLines([{ word: "95 % interval", means }, { word: "d", means: "x" }]);
  assertEquals(text.split("\n"), [
    "  95 % interval   a range a range a range a range a range a range a range a",
    "                  range a range a range a range a range",
    "  d               x",
    "",
  ]);
});

Deno.test("wordLines() begins all explanations in one column, whatever the longest word", () => {
  for (const word of ["r_without_bloc", "r_without_block", "correlation_with_d"]) {
    const lines = wordLines([{ word, means: "long" }, { word: "r", means: "short" }]).split("\n");
    const column = Math.max(18, word.length + 4);
    assertEquals([lines[0]!.indexOf("long"), lines[1]!.indexOf("short")], [column, column]);
  }
});

Deno.test("wrapText() breaks at spaces, keeps a long word whole and a line of 80 columns as it is", () => {
  const full = `${"x".repeat(39)} ${"y".repeat(40)}`;
  assertEquals(wrapText(full), full);
  assertEquals(wrapText(`${full} z`, "    "), `${full}\n    z`);
  assertEquals(wrapText(`${"x".repeat(77)} 95 % of`), `${"x".repeat(77)}\n  95 % of`);
  assertEquals(wrapText(`a ${"w".repeat(90)} b`), `a\n  ${"w".repeat(90)}\n  b`);
});
