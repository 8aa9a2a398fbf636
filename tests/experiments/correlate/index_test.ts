import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { accuracyBySize, correlateFeatures } from "../finished.ts";
import type { Negation, Pair } from "../../../lib/data/pairs.ts";
import {
  correlateFindings,
  type FeaturedRow,
  featureRows,
  sizeAccuracy,
  sizeThresholds,
} from "../../../lib/experiments/correlate/index.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { someRows } from "../some_rows.ts";
import { EFFECT_GROUPS } from "../../../lib/study/groups/group_estimates.ts";
import { assertSpec, committedRows, ofSomeColumns, SOURCES } from "../../charts/fixtures.ts";

const SEED = { seed: 0 };

/** A row with its sentence pair; omitted values do not vary or are unknown. */
interface Featured {
  readonly pair: string;
  readonly negated?: string;
  readonly d: number;
  readonly negation?: Negation;
  readonly similarity?: number;
  readonly tokens?: number;
  readonly size?: number;
}

function featured(rows: readonly Featured[]): FeaturedRow[] {
  return rows.map((
    { pair, negated = pair, d, negation = "foil", similarity = 0.5, tokens = 7, size },
    i,
  ) => ({
    ...{ id: `${i}`, negation, d, text_similarity: similarity, tokens, subject_size: size },
    ...{ pair, negated, cluster: pair },
  }));
}

/** d less its mean is 3, 1, 0, -4 on the foil-negated side, -1, 1, 0 on the other. */
const ROWS = featured([
  { pair: "r", d: -3, tokens: 7, size: 0.125 },
  { pair: "x", d: 1, negation: "caption", tokens: 11, similarity: 0.25 },
  { pair: "p", d: 4, tokens: 9, size: 0.5 },
  { pair: "p", d: 2, tokens: 9, size: 0.375 },
  { pair: "y", d: 3, negation: "caption", tokens: 12, similarity: 0.75 },
  { pair: "q", d: 1, tokens: 8, size: 0.25 },
  { pair: "z", d: 2, negation: "caption", tokens: 12, similarity: 0.5 },
]);

const { name, columns, rows: CORRELATIONS } = correlateFeatures(ROWS, SEED);

function cell(negation: Negation, feature: string) {
  return CORRELATIONS.find((row) => row.negation === negation && row.feature === feature)!;
}

Deno.test("correlateFeatures() has a row for every side and feature, with the number of rows that have the feature", () => {
  assertEquals(name, "correlate_summary");
  assertEquals(
    columns.join(),
    "negation,feature,n,r,r_low,r_high,p_value,q_value,largest_block,block_n,r_without_block",
  );
  assertEquals(CORRELATIONS.map(({ negation, feature, n }) => `${negation} ${feature} ${n}`), [
    ...["foil text_similarity 4", "foil tokens 4", "foil subject_size 4"],
    ...["caption text_similarity 3", "caption tokens 3", "caption subject_size 0"],
  ]);
});

Deno.test("correlateFeatures() correlates over the rows of a side", () => {
  // Tokens 9, 9, 8, 7: sum of products 3 x 9 + 9 - 4 x 7 = 8, of squares about their mean 2.75; of d 26.
  assertAlmostEquals(cell("foil", "tokens").r!, 8 / Math.sqrt(2.75 * 26), 1e-12);
  // Sizes .5, .375, .25, .125: 1.5 + .375 - .5 = 1.375 and .078125.
  assertAlmostEquals(cell("foil", "subject_size").r!, 1.375 / Math.sqrt(0.078125 * 26), 1e-12);
  assertAlmostEquals(cell("caption", "text_similarity").r!, 1, 1e-12); // d = 1, 3, 2 at .25, .75, .5
  assertAlmostEquals(cell("caption", "tokens").r!, Math.sqrt(3) / 2, 1e-12); // 1 over sqrt(2 x 2 / 3)
  const without = [cell("foil", "text_similarity"), cell("caption", "subject_size")]; // all the same, unknown
  for (const { r, r_low, r_high, p_value, q_value } of without) {
    assertEquals([r, r_low, r_high, p_value, q_value], new Array(5).fill(undefined));
  }
});

Deno.test("correlateFeatures() tests features of a pair by signs of pairs, and the subject's size by orders of rows", () => {
  // Sizes are shuffled within p, and q and r exchange theirs: the original is one of 4 ways. If any row could get any size, it would be one of 24.
  const { p_value } = cell("foil", "subject_size");
  assertAlmostEquals(p_value!, 1 / 4, 5 * Math.sqrt(3 / 16 / 9999)); // of 9999 draws
  assertEquals(cell("foil", "tokens").p_value, undefined); // three pairs are too few
  // Twelve pairs, six with 7 tokens and six with 9, each with d 1 apart: of the 4096 vectors of signs, only the original and its
  // opposite keep all residuals of a token count together.
  const rows = featured([..."abcdefghijkl"].flatMap((pair, i) => {
    const tokens = i < 6 ? 7 : 9;
    return [{ pair, tokens, d: tokens + i / 10 }, { pair, tokens, d: tokens - i / 10 }];
  }));
  assertEquals(correlateFeatures(rows, SEED).rows[1]!.p_value, 2 / 4096);
});

Deno.test("correlateFeatures() gives nothing where similarity or d vary by no more than their rounding", () => {
  const of = (row: (i: number) => { similarity: number; d: number }) => {
    const made = [...Array(40).keys()].map((i) => ({ pair: `${i}`, tokens: 7 + i % 2, ...row(i) }));
    return correlateFeatures(featured(made), SEED).rows.slice(0, 2)
      .map(({ r, r_low, p_value }) => [r, r_low, p_value].map((value) => value !== undefined));
  };
  const [all, none] = [[true, true, true], [false, false, false]];
  assertEquals(of((i) => ({ similarity: 0.9 + i % 3 * 1e-5, d: i % 5 })), [all, all]);
  assertEquals(of((i) => ({ similarity: 0.9 + i % 3 * 1e-7, d: i % 5 })), [none, all]);
  assertEquals(of((i) => ({ similarity: 0.9 + i % 3 * 1e-5, d: i % 5 * 1e-5 })), [none, none]);
});

Deno.test("correlateFeatures() adjusts p over the whole table", () => {
  const made = Array.from({ length: 192 }, (_, i) => ({
    ...{ pair: `${i >> 1}`, negation: (["caption", "foil"] as const)[i >> 1 & 1]! },
    d: Math.sin(3 * i),
    ...{ tokens: 7 + (i >> 2) % 3, similarity: Math.cos(i >> 1), size: i * i % 17 / 17 },
  }));
  const known = correlateFeatures(featured(made), SEED).rows
    .filter(({ p_value }) => p_value !== undefined)
    .toSorted((a, b) => b.p_value! - a.p_value!);
  assertEquals(known.length, 6);
  let q = 1;
  known.forEach(({ p_value, q_value }, i) => {
    q = Math.min(q, p_value! * 6 / (6 - i)); // Benjamini and Hochberg's step up
    assertAlmostEquals(q_value!, q, 1e-12);
  });
});

Deno.test("correlateFeatures() draws sentence pairs for an interval, not rows", () => {
  // In half of the pairs d rises with the size, in the others it falls: r of all is 0. Were rows drawn, r would be within .4.
  const eight = Array.from({ length: 8 }, (_, i) => i);
  const rows = featured(
    [...Array(12).keys()].flatMap((pair) =>
      eight.map((i) => ({ pair: `${pair}`, size: i / 8, d: pair % 2 === 0 ? i : 7 - i }))
    ),
  );
  const { r, r_low, r_high } = correlateFeatures(rows, SEED).rows[2]!;
  assertAlmostEquals(r!, 0, 1e-12);
  // At most 1 of the 12 drawn pairs rises in 13 of 4096 samples, at most 2 in 79: the .011 quantile is -2/3.
  assert(r_low! < -0.6 && r_high! > 0.6, `${r_low} to ${r_high}`);
});

Deno.test("correlateFeatures() repeats a correlation without the sentence pair that has the most rows", () => {
  const rows = featured([
    ...[1, 2, 3].map((d) => ({
      pair: "cats",
      negated: "No cat.",
      d,
      tokens: 7,
      size: (d - 1) / 8,
    })), // a size of 0 is a size
    { pair: "No dog.", d: 10, tokens: 20, size: 0.5 },
    { pair: "No cow.", d: -1, tokens: 8 },
    { pair: "No hen.", d: -2, tokens: 9 },
    { pair: "No bee.", d: -3, tokens: 10, negation: "caption" as const },
    { pair: "No ant.", d: -4, tokens: 11, negation: "caption" as const },
    { pair: "No dog.", d: 20, tokens: 20 },
  ]);
  const { rows: audit } = correlateFeatures(rows, SEED);
  assertEquals(
    audit.map((row) =>
      `${row.negation} ${row.feature} ${row.n} ${row.largest_block} ${row.block_n}`
    ),
    [
      ...["foil text_similarity 7 No cat. 3", "foil tokens 7 No cat. 3"],
      "foil subject_size 4 No cat. 3", // of those that have the feature
      ...["caption text_similarity 2 No ant. 1", "caption tokens 2 No ant. 1"], // of equal sizes, the first in the order of sentences
      "caption subject_size 0 undefined 0",
    ],
  );
  const tokens = audit[1]!;
  // Tokens 7, 7, 7, 20, 8, 9, 20 (mean 78 / 7) and d 1, 2, 3, 10, -1, -2, 20 (mean 33 / 7).
  const r = (616 - 78 * 33 / 7) / Math.sqrt((1092 - 78 ** 2 / 7) * (519 - 33 ** 2 / 7));
  assertAlmostEquals(tokens.r!, r, 1e-12);
  // Without the first three: 20, 8, 9, 20 (mean 57 / 4) and 10, -1, -2, 20 (mean 27 / 4).
  const without = (574 - 57 * 27 / 4) / Math.sqrt((945 - 57 ** 2 / 4) * (505 - 27 ** 2 / 4));
  assertAlmostEquals(tokens.r_without_block!, without, 1e-12);
  assertEquals(audit[2]!.r_without_block, undefined); // one row is left
});

Deno.test("accuracyBySize() counts the foil-negated rows whose subject is larger than each threshold, not equal to it", () => {
  const { rows } = accuracyBySize(
    featured([
      { pair: "a", size: 0, d: -1 },
      { pair: "b", size: 0.05, d: 1 },
      { pair: "c", size: 0.1, d: 0 }, // a tie
      { pair: "d", size: 0.2, d: -1 },
      { pair: "e", size: 0.3, d: 0.5 },
      { pair: "f", d: 1 }, // of unknown size
      { pair: "g", size: 0.9, d: -1, negation: "caption" },
    ]),
  );
  assertEquals(rows.map(({ group, n, value }) => [Number(group), n, value]), [
    ...[[0, 4, 2.5 / 4], [0.05, 3, 1.5 / 3]],
    ...[[0.1, 2, 1 / 2], [0.2, 1, 1]],
  ]);
});

Deno.test("accuracyBySize() gives Wilson's interval on the sentence pairs", () => {
  const keys = [..."abcdefghi"];
  const pairs = keys.flatMap((pair, i) => [0.2, 0.7].map((size) => ({ pair, size, d: i - 0.5 })));
  const { rows } = accuracyBySize(featured(pairs));
  const low = 9 / (9 + 1.959964 ** 2); // 9 of 9, less in 8 of 9
  assertEquals(rows.map(({ group, n, value }) => [Number(group), n, value]), [
    ...[[0, 18, 8 / 9], [0.05, 18, 8 / 9], [0.1, 18, 8 / 9], [0.2, 9, 8 / 9]],
  ]);
  assertAlmostEquals(rows[0]!.low!, rows[3]!.low!, 1e-12); // two rows of a pair are alike here
  const small = accuracyBySize(
    featured([1, 2, 3, 4, 5].map((size) => ({ pair: `${size}`, size: size / 100, d: 1 }))),
  );
  assertEquals(small.rows.map(({ group, n }) => [Number(group), n]), [
    ...[[0, 5], [0.02, 3], [0.03, 2], [0.04, 1]],
  ]);
  const all = accuracyBySize(featured(pairs.map((row) => ({ ...row, d: 1 }))));
  assertEquals(all.rows.map(({ group }) => Number(group)), [0, 0.05, 0.1, 0.2]);
  assertAlmostEquals(all.rows[0]!.low!, low, 1e-6);
  assertEquals(all.rows[0]!.high, 1);
});

const PUBLISHED = [0, 0.05, 0.1, 0.2];

Deno.test("sizeThresholds() takes the paper's thresholds if a tenth of the subjects is larger than the largest of them", () => {
  const small = Array<number>(18).fill(0.01);
  assertEquals(sizeThresholds([...small, 0.21, 0.3]), PUBLISHED);
  assertEquals(sizeThresholds([]), PUBLISHED);
});

Deno.test("sizeThresholds() takes 0 and the quartiles of other data, to two digits", () => {
  const sizes = [0.0341, 0.00123, 0.0125, 0.021, 0.0068, 0.009, 0.0251, 0.04]; // quartiles: the second, fourth and sixth
  assertEquals(sizeThresholds(sizes), [0, 0.0068, 0.013, 0.025]);
});

Deno.test("sizeThresholds() has no threshold twice, and none that no subject exceeds", () => {
  assertEquals(sizeThresholds([0.01, 0.01, 0.01, 0.2, 0.2, 0.2]), [0, 0.01]);
  assertEquals(sizeThresholds([0, 0, 0, 0.15]), [0]);
});

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

const FEATURED = [
  row("a", ["A cat.", "No cat."], { d: 2, tokens: 7, subjectSize: 0 }),
  row("b", ["No pet.", "A cat."], { d: -3, tokens: 9, negation: "caption" }),
  row("c", ["A cat.", "No pet."], { d: 0, tokens: 8 }),
  row("d", ["A cat.", "No cat."], { d: 1, tokens: 7, subjectSize: 0.25 }),
];

Deno.test("featureRows() gives each row d, the cosine of its sentences, its tokens and its subject's size", () => {
  const rows = featureRows(
    FEATURED.map(({ pair }) => pair),
    FEATURED.map(({ scores }) => scores),
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

function correlateText(correlations: readonly object[]): string[] {
  return findingText(correlateFindings(someRows(correlations))).split("\n");
}

/** A correlation with an interval of .25 to either side. */
function correlation(negation: string, feature: string, [r, q]: readonly number[]) {
  return { negation, feature, n: 4, r, r_low: r! - 0.25, r_high: r! + 0.25, q_value: q };
}

Deno.test("correlateFindings() shows r of each side and feature with its interval and q, and names those with q < .05", () => {
  assertEquals(
    correlateText([
      correlation("foil", "tokens", [-0.25, 0.03]),
      correlation("foil", "text_similarity", [-0.875, 0.01]),
      correlation("foil", "subject_size", [0.75, 0.02]),
      correlation("caption", "tokens", [-0.25, 0.05]),
      { negation: "caption", feature: "text_similarity", n: 2 }, // too few rows for q
      { negation: "caption", feature: "subject_size", n: 0 },
    ]).slice(0, 10),
    [
      "Where the foil is negated, d goes with text similarity (-0.88, -1.13 to -0.63),",
      "  subject size (0.75, 0.50 to 1.00) and tokens (-0.25, -0.50 to 0.00).",
      "Where the caption is negated, no feature goes with d (q < 0.05).",
      "",
      "Correlation with d",
      "negated  feature          n       r  95 % interval         q",
      "foil     tokens           4  -0.250  -0.500 to 0.000   0.030",
      "foil     text_similarity  4  -0.875  -1.125 to -0.625  0.010",
      "foil     subject_size     4   0.750  0.500 to 1.000    0.020",
      "caption  tokens           4  -0.250  -0.500 to 0.000   0.050",
    ],
  );
});

Deno.test("correlateFindings() shows for each side how each r changes without its most repeated sentence pair", () => {
  const audit = (negation: string, feature: string, r: number | undefined, without?: number) => ({
    ...{ negation, feature, n: 9, largest_block: "No cat.", block_n: 3 },
    ...{ r, r_without_block: without },
  });
  assertEquals(
    correlateText([
      audit("foil", "tokens", -0.25, 0.5),
      audit("foil", "subject_size", 0.125),
      { ...audit("caption", "tokens", undefined), n: 2, block_n: 1 },
    ]).slice(-4),
    [
      'foil-negated: of 9 rows, without the 3 rows "No cat." r of tokens -0.250 becomes',
      "  0.500, subject_size 0.125 becomes none",
      "caption-negated: no sentence pair is repeated in 2 rows",
      "",
    ],
  );
});

Deno.test("sizeAccuracy() makes the committed spec of the committed table", () => {
  const rows = committedRows(EFFECT_GROUPS, "size_accuracy");
  assertSpec(ofSomeColumns(sizeAccuracy)(rows, { sources: SOURCES }), "size_accuracy");
});
