import { assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import { scoredRow } from "../scored_row.ts";
import { answerText, fewRows, rowsFinding } from "../../../lib/study/experiment/finding.ts";

/** A row about an animal of its own, unless it is given. */
function rowOf(
  id: string,
  { negation = "foil", d = 4, animal = id }: {
    negation?: Negation;
    d?: number;
    animal?: string;
  } = {},
) {
  const { pair, scores } = scoredRow(animal, negation, d, { id, s_foil: 20, negator: 2 });
  return { pair, scores: { ...scores, segment: "correct" as const }, measured: null };
}

const rowsOf = (n: number, how: Parameters<typeof rowOf>[1] = {}) =>
  Array.from({ length: n }, (_, i) => rowOf(`${how.negation ?? "foil"}${i}`, how));

Deno.test("fewRows() has the sides with fewer than 9 effective clusters, at most 12 rows of each", () => {
  const counts = (rows: Parameters<typeof fewRows>[0]) =>
    fewRows(rows).map(({ shown, count }) => [shown[0]!.pair.negation, shown.length, count]);
  assertEquals(counts(rowsOf(9)), []);
  assertEquals(counts(rowsOf(8)), [["foil", 8, 8]]);
  assertEquals(counts([...rowsOf(9), ...rowsOf(2, { negation: "caption" })]), [["caption", 2, 2]]);
  assertEquals(counts(rowsOf(40, { animal: "dog" })), [["foil", 12, 40]]);
});

Deno.test("rowsFinding() shows each row with its largest effects as shares of its d, whatever its sign, and says what an interval takes", () => {
  const rows = [rowOf("a"), rowOf("b", { d: -2 }), rowOf("c"), rowOf("e", { d: 1e-5 })];
  const effects = [
    { id: "a", part: "1.1", effect: 1 },
    { id: "a", part: "1.2", effect: -2 },
    { id: "b", part: "1.3", effect: 0.09 }, // a share of -.045
    { id: "a", part: "EOT", at: "in layer 1", effect: 0.4 },
    { id: "a", part: "EOT", at: "in layer 2", effect: -3 },
    { id: "a", part: "EOT", at: "in layer 3", effect: undefined },
    { id: "b", part: "1.4", effect: 0.1 },
    { id: "b", part: "1.1", effect: -1.5 },
    { id: "e", part: "1.1", effect: 1 },
    { id: "of another side", part: "1.1", effect: 1 },
  ];
  const found = (asTheyAre: boolean) =>
    rowsFinding(fewRows(rows), { by: "noun", found: { of: "heads", effects, asTheyAre } });
  const texts = (asTheyAre: boolean) => {
    const [list] = found(asTheyAre).lists!;
    return [list!.title, ...list!.texts.map((text) => text.replace(/ "There.*", d/, ":"))];
  };
  assertEquals(found(true).sentences, [
    "Too few rows for an interval by side (4 foil-negated), which takes at least 9 subject nouns a side: use more of them",
  ]);
  assertEquals(
    found(true).lists![0]!.texts[2],
    'c "There is a c.", d 4.00: not measured; --segments with correct adds it',
  );
  assertEquals(texts(false), [
    "Each row's true sentence, d and largest shares of d: heads",
    "a: 4.00: EOT in layer 2 -0.75, 1.2 -0.50, 1.1 0.25",
    "b: -2.00: 1.1 0.75, 1.4 -0.05",
    "c: 4.00: not measured; --segments with correct adds it",
    "e: 1.0e-5: d is no more than a rounding error",
  ]);
  assertEquals(texts(true), [
    "Each row's true sentence, d and largest heads",
    "a: 4.00: EOT in layer 2 -3.00, 1.2 -2.00, 1.1 1.00",
    "b: -2.00: 1.1 -1.50, 1.4 0.10, 1.3 0.09",
    "c: 4.00: not measured; --segments with correct adds it",
    "e: 1.0e-5: 1.1 1.00",
  ]);
});

Deno.test("rowsFinding() keeps a row in its line, whatever its sentences hold, and calls none true without an image", () => {
  const { lists } = rowsFinding(fewRows([rowOf("a", { animal: "dog\nNote: none" })]));
  assertEquals(lists![0]!.texts[0]!.includes("\n"), false);
  const alone = { pair: { ...rowOf("a").pair, image: "" }, measured: null };
  const { title } = rowsFinding(fewRows([alone]), { found: { of: "d", effects: [] } }).lists![0]!;
  assertEquals(title, "Each row's affirmative sentence and largest shares of d: d");
});

Deno.test("answerText() has the sentences and as much of the first table as a screen of 25 lines has room for", () => {
  const lines = Array.from({ length: 12 }, (_, part) => ({ part, share: 0.5 }));
  const tables = [{ title: "Parts", lines }, { title: "Other", lines }];
  const answer = (sentences: number, headed = 0) =>
    answerText({ sentences: Array(sentences).fill("It is so"), tables, notes: ["n"] }, headed)
      .split("\n").slice(0, -1);
  assertEquals(answer(1).slice(0, 4), ["It is so.", "", "Parts", "part  share"]);
  assertEquals(answer(1).slice(-2), ["   9  0.500", "and 2 more in the report"]); // ten lines at most
  assertEquals([answer(12, 1).length, answer(12, 2).at(-1)], [21, "and 8 more in the report"]);
  assertEquals(answer(30).length, 30 + 1 + 5); // sentences are never cut, a table not below two lines
  const shown = (...widths: readonly number[]) => {
    const line = Object.fromEntries(widths.map((width, i) => [`c${i}`, "x".repeat(width)]));
    return answerText({ tables: [{ title: "Wide", lines: [line] }] }).split("c").length - 1;
  };
  assertEquals([shown(38, 40, 1), shown(39, 40, 1), shown(20, 20, 20, 14)], [2, 2, 4]); // of 80 letters, or two
  assertEquals(
    answerText({ tables: [{ title: "", lines: lines.slice(2) }] }).includes("and"),
    false,
  );
  const empty = [{ title: "None", lines: [] }, ...tables];
  assertEquals(answerText({ tables: empty }), answerText({ tables }));
  for (const [title, left, count] of [["Rows", 21, 21], ["Rows ".repeat(17), 22, 21]] as const) {
    const lists = [{ title, texts: [] }, { title, texts: Array(40).fill("a".repeat(81)) }];
    const list = answerText({ lists, tables }).split("\n");
    assertEquals([list.at(-2), list.length - 1], [`and ${left} more in the report`, count]);
  }
});
