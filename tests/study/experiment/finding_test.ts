import { assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import { fewRows, rowEffectsFinding, rowSentences } from "../../../lib/study/experiment/finding.ts";

/** A row about an animal of its own, unless it is given. */
function rowOf(
  id: string,
  { negation = "foil", d = 4, animal = id }: {
    negation?: Negation;
    d?: number;
    animal?: string;
  } = {},
) {
  const sentences = { caption: `There is a ${animal}.`, foil: `There is no ${animal}.` };
  const of = { id, image: `${id}.png`, negation, ...sentences };
  const scores = {
    ...of,
    s_caption: 20 + d,
    s_foil: 20,
    d,
    segment: "correct",
    tokens: 7,
  } as const;
  return { pair: { ...of, negator: 2 }, scores, measured: null } as const;
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

Deno.test("rowSentences() shows the rows, and says what would give an interval", () => {
  const { lists, notes } = rowSentences(fewRows(rowsOf(40, { animal: "dog" })), "noun");
  assertEquals(lists![0]!.texts.length, 12);
  assertEquals(
    lists![0]!.texts[0],
    'foil0: caption "There is a dog.", foil "There is no dog.", foil-negated, d 4.000, correct',
  );
  assertEquals(notes, [
    "40 foil-negated rows, of which 12 are shown: too few for an interval, which takes at least 9 effective clusters, here subject nouns; give more of them with --data, or a larger --limit",
  ]);
});

Deno.test("rowEffectsFinding() lists the largest shares of each row's d, whatever its sign, and what was not measured", () => {
  const rows = [rowOf("a"), rowOf("b", { d: -2 }), rowOf("c"), rowOf("e", { d: 1e-5 })];
  const effects = [
    { id: "a", part: "1.1", effect: 1 },
    { id: "a", part: "1.2", effect: -2 },
    { id: "a", part: "1.3", effect: 0.01 }, // a share of .0025
    { id: "a", part: "EOT", at: "in layer 1", effect: 0.4 },
    { id: "a", part: "EOT", at: "in layer 2", effect: -3 },
    { id: "a", part: "EOT", at: "in layer 3", effect: undefined },
    { id: "a", part: "1.4", effect: 0.08 }, // the fourth
    { id: "b", part: "1.1", effect: -1.5 },
    { id: "e", part: "1.1", effect: 1 },
    { id: "of another side", part: "1.1", effect: 1 },
  ];
  const texts = (asTheyAre: boolean) => {
    const found = rowEffectsFinding(fewRows(rows), { of: "heads", effects, asTheyAre });
    const [{ title, texts }] = found.lists as [NonNullable<typeof found.lists>[number]];
    return [title, ...texts];
  };
  assertEquals(texts(false), [
    "Largest shares of each row's d: heads",
    "a: EOT in layer 2 -0.75, 1.2 -0.50, 1.1 0.25",
    "b: 1.1 0.75",
    "c: not measured; --segments with correct adds it",
    "e: d is no more than a rounding error",
  ]);
  assertEquals(texts(true), [
    "Largest of each row: heads",
    "a: EOT in layer 2 -3.00, 1.2 -2.00, 1.1 1.00",
    "b: 1.1 -1.50",
    "c: not measured; --segments with correct adds it",
    "e: 1.1 1.00",
  ]);
});

Deno.test("rowSentences() keeps a row in its line, whatever its sentences hold", () => {
  const { lists } = rowSentences(fewRows([rowOf("a", { animal: "dog\nNote: none" })]), undefined);
  assertEquals(lists![0]!.texts[0]!.includes("\n"), false);
});
