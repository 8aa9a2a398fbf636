import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Negation, Pair } from "../../../lib/data/pairs.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";
import { featureRows } from "../../../lib/experiments/correlate/index.ts";

/** Three sentences at 0, 60 and 90 degrees from the first, of lengths that do not matter. */
const SENTENCES = new Map([
  ["A cat.", Float32Array.of(2, 0)],
  ["No cat.", Float32Array.of(0.5, Math.sqrt(0.75))],
  ["No pet.", Float32Array.of(0, 0.25)],
]);

/** d, tokens, and perhaps the subject's size. */
function row(
  id: string,
  [caption, foil]: readonly [string, string],
  { d, tokens, negation = "foil", subjectSize }: {
    readonly d: number;
    readonly tokens: number;
    readonly negation?: Negation;
    readonly subjectSize?: number;
  },
): { readonly pair: Pair; readonly scores: EvaluateRow } {
  const pair = { id, image: `${id}.png`, negation, caption, foil };
  const scores = { ...pair, s_caption: 20 + d, s_foil: 20, d, segment: segmentOf(d), tokens };
  return { pair: subjectSize === undefined ? pair : { ...pair, subjectSize }, scores };
}

const ROWS = [
  row("a", ["A cat.", "No cat."], { d: 2, tokens: 7, subjectSize: 0 }),
  row("b", ["No pet.", "A cat."], { d: -3, tokens: 9, negation: "caption" }),
  row("c", ["A cat.", "No pet."], { d: 0, tokens: 8 }),
  row("d", ["A cat.", "No cat."], { d: 1, tokens: 7, subjectSize: 0.25 }),
];

Deno.test("featureRows() gives each row d, the cosine of its sentences, its tokens and its subject's size", () => {
  const rows = featureRows(
    ROWS.map(({ pair }) => pair),
    ROWS.map(({ scores }) => scores),
    SENTENCES,
  );
  assertEquals(
    rows.map(({ id, negation, d, tokens, subject_size }) =>
      `${id} ${negation} ${d} ${tokens} ${subject_size}`
    ),
    ["a foil 2 7 0", "b caption -3 9 undefined", "c foil 0 8 undefined", "d foil 1 7 0.25"],
  );
  const cosines = rows.map((row) => row.text_similarity);
  const cos60 = 0.5; // of float32 numbers, hence the tolerance
  [cos60, 0, 0, cos60].forEach((cosine, i) => assertAlmostEquals(cosines[i]!, cosine, 1e-7));
});
