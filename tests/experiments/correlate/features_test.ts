import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Negation, Pair } from "../../../lib/data/pairs.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";
import {
  columnsOf,
  featuredRows,
  featureRows,
  FEATURES,
} from "../../../lib/experiments/correlate/index.ts";

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

const PAIRS = ROWS.map(({ pair }) => pair);
const FEATURED = featuredRows(
  PAIRS,
  featureRows(PAIRS, ROWS.map(({ scores }) => scores), SENTENCES),
);

Deno.test("featureRows() gives each row d, the cosine of its sentences, its tokens and its subject's size", () => {
  const { name, columns, rows } = FEATURED.features;
  assertEquals(name, "correlate");
  assertEquals(columns.join(), "id,negation,d,text_similarity,tokens,subject_size");
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

Deno.test("columnsOf() selects the rows of a side that have the feature, with d, pair and id", () => {
  const of = (negation: Negation, feature: typeof FEATURES[number]) => {
    const { x, y, clusters, ids } = columnsOf(FEATURED, { negation, feature });
    return { x, y, ids, pairs: clusters.map((key) => FEATURED.clusters.indexOf(key)) };
  };
  assertEquals(of("foil", "subject_size"), {
    ...{ x: [0, 0.25], y: [2, 1], ids: ["a", "d"] }, // a size of 0 is a size
    pairs: [0, 0],
  });
  assertEquals(of("foil", "tokens"), {
    ...{ x: [7, 8, 7], y: [2, 0, 1], ids: ["a", "c", "d"] },
    pairs: [0, 1, 0],
  });
  assertEquals(of("caption", "tokens"), { x: [9], y: [-3], ids: ["b"], pairs: [1] });
  assertEquals(of("caption", "subject_size"), { x: [], y: [], ids: [], pairs: [] });
  assertEquals(FEATURES, ["text_similarity", "tokens", "subject_size"]);
});
