import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { cellsOf } from "../../../lib/report/read_table.ts";
import { Patterns } from "../../../lib/report/browser/patterns.js";
import { isOfPatterns, PatternTable } from "../../../lib/report/rows/patterns.ts";
import { rowsHtml } from "../../../lib/report/rows/rows.ts";

const COLUMNS = [
  ...["id", "negation", "layer", "head", "sentence", "query", "query_token", "key", "key_token"],
  "weight",
];

/** Lines of two tokens in each sentence: what the second gives to the first is `weight`. */
function lines(id: string, head: string, weight: number): string[][] {
  return ["negated", "affirmative"].flatMap((sentence, i) => {
    const own = weight + i / 4;
    const line = (query: number, key: number, value: number) => [
      ...[id, "foil", "1", head, sentence, `${query}`, query === 0 ? "<|startoftext|>" : "no"],
      ...[`${key}`, "", `${value}`],
    ];
    return [line(0, 0, 1), line(1, 0, own), line(1, 1, 1 - own)];
  });
}

function tableOf(rows: readonly (readonly string[])[], ids = ["a", "b", "c"]): PatternTable {
  const table = new PatternTable("attention_patterns", ids);
  for (const row of rows) table.take(cellsOf(COLUMNS)(row));
  return table;
}

Deno.test("PatternTable holds what the page's script reads back, to three decimals", async () => {
  const rows = [...lines("c", "2", 0.1234), ...lines("c", "1", 0.5), ...lines("a", "1", 0.25)];
  const made = tableOf(rows).patterns()!;
  const found = await Patterns.load(JSON.parse(JSON.stringify(made)));
  assertEquals(found.table, "attention_patterns");
  assertEquals(found.rows, [2, 0]);
  assertEquals(found.of(1), undefined);
  const own = found.of(2)!;
  assertEquals(own.heads, ["1.2", "1.1"]);
  assertEquals(own.sentences, [
    { name: "negated", tokens: ["0 SOT", "1 no"] },
    { name: "affirmative", tokens: ["0 SOT", "1 no"] },
  ]);
  assertAlmostEquals(own.at(0, 0, 1, 0), 0.123, 1e-12);
  assertAlmostEquals(own.at(1, 1, 1, 0), 0.75, 1e-12);
  assertAlmostEquals(found.of(0)!.at(0, 1, 1, 1), 0.5, 1e-12);
  assert(Number.isNaN(own.at(0, 0, 0, 1))); // a later key
});

Deno.test("PatternTable leaves out rows that the page does not show, and has nothing without rows", () => {
  assertEquals(tableOf(lines("z", "1", 0.5)).patterns(), undefined);
  assertEquals(isOfPatterns(COLUMNS), true);
  assertEquals(isOfPatterns(COLUMNS.filter((column) => column !== "key")), false);
});

Deno.test("rowsHtml() holds the patterns, or says where they are if there is no room", () => {
  const browser = {
    ...{ rows: [{ id: "a", negation: "foil" }], count: 1, choice: "all" as const },
    ...{
      measures: [],
      tooLarge: [],
      colours: [],
      patterns: tableOf(lines("a", "1", 0.5)).patterns(),
    },
  };
  const held = rowsHtml(browser, new Map()).source;
  assertStringIncludes(held, '"patterns":{"table":"attention_patterns"');
  const note = 'The values of single rows are only in <a href="attention_patterns.csv">';
  assertEquals(held.includes(note), false);
  const without = rowsHtml(browser, new Map(), 8_000).source;
  assertEquals(without.includes('"patterns":'), false);
  assertStringIncludes(without, note);
});
