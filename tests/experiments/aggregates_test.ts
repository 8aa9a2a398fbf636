import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { differenceByRole, type HeadDifferences } from "../../lib/experiments/attend/attend.ts";
import {
  type AttendedRow,
  attentionTables,
  mostSelectiveLayer,
} from "../../lib/experiments/attend/tables.ts";
import {
  accuracyBySize,
  auditRepeats,
  correlateFeatures,
} from "../../lib/experiments/correlate/correlate.ts";
import { effectGroups } from "../../lib/subject/effect_groups.ts";
import type { EvaluateRow } from "../../lib/subject/score_rows.ts";
import { featureBands } from "../../lib/experiments/correlate/feature_bands.ts";
import { featureRows } from "../../lib/experiments/correlate/features.ts";
import type { AlignedPair } from "../../lib/subject/prepare.ts";
import type { Role } from "../../lib/data/roles.ts";
import { segmentOf } from "../../lib/subject/score.ts";

const SEED = { seed: 0 };

function pairOf(key: string, roles: readonly Role[]): AlignedPair {
  const sentence = { sentence: key, ids: [], tokens: [], pooled: 0 };
  return { key, negated: sentence, affirmative: sentence, alignment: [], roles, negator: 3 };
}

const SHORT: readonly Role[] = [
  "sot",
  "there",
  "is_are",
  "negator",
  "subject_first",
  "full_stop",
  "eot",
];
const LONG: readonly Role[] = [
  ...SHORT.slice(0, 5),
  "subject_further",
  "subject_further",
  "full_stop",
  "eot",
];

function headOf(byQuery: readonly number[]): HeadDifferences {
  const after = byQuery.slice(4);
  return { layer: 2, head: 1, byQuery: Float64Array.from(byQuery), largest: Math.max(...after) };
}

const ROWS: readonly AttendedRow[] = [
  {
    id: "a",
    negation: "foil",
    d: 1,
    pair: pairOf("a", SHORT),
    heads: [headOf([0, 0, 0, 0.5, 0.1, 0.3, 0.2])],
  },
  {
    id: "b",
    negation: "foil",
    d: 3,
    pair: pairOf("b", LONG),
    heads: [headOf([0, 0, 0, 0.1, -0.2, -0.4, 0.6, 0.1, 0])],
  },
  {
    id: "c",
    negation: "foil",
    d: 2,
    pair: pairOf("c", SHORT),
    heads: [headOf([0, 0, 0, 0, 0.1, 0.1, 0.5])],
  },
];

Deno.test("differenceByRole() is the largest over a row's tokens of the role, 0 without one", () => {
  const [a, b] = ROWS as readonly [AttendedRow, AttendedRow, AttendedRow];
  assertEquals(differenceByRole(b.pair, b.heads[0]!, "subject_further"), 0.6);
  assertEquals(differenceByRole(a.pair, a.heads[0]!, "subject_further"), 0);
});

Deno.test("attentionTables() takes plain means over all rows, as the paper does", () => {
  const { heads, headRoles } = attentionTables(ROWS, SEED);
  assertEquals(heads.rows.length, 1);
  assertAlmostEquals(heads.rows[0]!.selectivity!, (0.3 + 0.6 + 0.5) / 3, 1e-15);
  // d = 1, 3, 2 against .3, .6, .5: r = .3 / sqrt(2 x .0466667) by hand
  assertAlmostEquals(heads.rows[0]!.correlation_with_d!, 0.3 / Math.sqrt(2 * (0.14 / 3)), 1e-12);
  const role = (name: Role) =>
    headRoles.rows.find((row) => row.role === name)!.attention_difference;
  assertAlmostEquals(role("subject_further"), 0.6 / 3, 1e-15); // rows without one count as 0
  assertAlmostEquals(role("negator"), 0.2, 1e-15);
  assertEquals(role("sot"), 0);
  assertEquals(mostSelectiveLayer(heads.rows), 2);
});

Deno.test("attentionTables() leaves what depends on d empty without images", () => {
  const [row] = attentionTables(ROWS.map((own) => ({ ...own, d: undefined })), SEED).heads.rows;
  assertEquals([row!.correlation_with_d, row!.p_value, row!.q_value], [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(row!.n, 3);
});

Deno.test("attentionTables() does not mind the order of the rows, and doubling them changes no estimate", () => {
  const [plain] = attentionTables(ROWS, SEED).heads.rows;
  const [turned] = attentionTables(ROWS.toReversed(), SEED).heads.rows;
  for (const [column, value] of Object.entries(plain!)) {
    const other = Object.entries(turned!).find(([name]) => name === column)![1];
    if (typeof value === "number") {
      assertAlmostEquals(value, Number(other), 1e-12 * Math.max(1, Math.abs(value)));
    } else assertEquals(other, value);
  }
  const [doubled] = attentionTables([...ROWS, ...ROWS], SEED).heads.rows;
  assertAlmostEquals(doubled!.selectivity!, plain!.selectivity!, 1e-12);
  assertAlmostEquals(doubled!.correlation_with_d!, plain!.correlation_with_d!, 1e-12);
});

Deno.test("effectGroups() has each segment of a side and all of its rows, foil-negated first", () => {
  const rows = [
    { negation: "caption", segment: "correct", cluster: "a" },
    { negation: "foil", segment: "correct", cluster: "b" },
    { negation: "foil", segment: "incorrect", cluster: "c" },
  ] as const;
  const groups = effectGroups(rows, SEED);
  assertEquals(groups.map(({ negation, segment, n }) => `${negation} ${segment} ${n}`), [
    "foil correct 1",
    "foil incorrect 1",
    "foil all 2",
    "caption correct 1",
    "caption all 1",
  ]);
  assertEquals(groups[2]!.mean((row) => [9, 1, 4][row]!).estimate, 2.5);
});

const SIZES = [0.02, 0.07, 0.15, 0.3];
const PAIRS: readonly Pair[] = SIZES.map((subjectSize, i) => (
  {
    id: `${i}`,
    image: `${i}.png`,
    negation: "foil",
    caption: i < 2 ? "b" : `c${i}`,
    foil: i < 2 ? "x" : `y${i}`,
    subjectSize,
  }
));
const SCORES: readonly EvaluateRow[] = PAIRS.map(({ id, image, negation, caption, foil }, i) => {
  const d = [-2, 1, 2, 5][i]!;
  const scores = { s_caption: d, s_foil: 0, d, segment: segmentOf(d), tokens: 7 + i };
  return { id, image, negation, caption, foil, ...scores };
});
const SENTENCES = new Map(
  ["b", "x", "c2", "y2", "c3", "y3"].map((
    name,
    i,
  ) => [name, Float32Array.of(Math.cos(i), Math.sin(i))]),
);

Deno.test("correlateFeatures() correlates each feature with d and leaves absent ones empty", () => {
  const { rows } = correlateFeatures(
    featureRows(
      PAIRS.map((pair) => pair),
      SCORES.map((row) => ({ ...row, tokens: row.caption === "b" ? 7 : row.tokens })),
      SENTENCES,
    ),
    SEED,
  );
  const size = rows.find((row) => row.negation === "foil" && row.feature === "subject_size")!;
  // sum of products of deviations 0.945 over sqrt(0.0449 x 25), by hand
  const dx = SIZES.map((x) => x - 0.135);
  const dy = [-3.5, -0.5, 0.5, 3.5];
  const dot = dx.reduce((sum, x, i) => sum + x * dy[i]!, 0);
  const norm = Math.sqrt(dx.reduce((sum, x) => sum + x * x, 0) * 25);
  assertAlmostEquals(size.r!, dot / norm, 1e-12);
  assertEquals(size.n, 4);
  const caption = rows.find((row) => row.negation === "caption" && row.feature === "tokens")!;
  assertEquals([caption.n, caption.r, caption.p_value, caption.q_value], [
    0,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("auditRepeats() repeats a correlation without the most frequent sentence pair", () => {
  const audit = auditRepeats(featureRows(PAIRS, SCORES, SENTENCES)).rows;
  const size = audit.find((row) => row.feature === "subject_size")!;
  assertEquals([size.n, size.distinct_pairs, size.largest_block, size.block_n], [4, 3, "x", 2]);
  assertEquals(size.r_without_block, undefined); // two rows are left
});

Deno.test("accuracyBySize() counts the rows above each threshold", () => {
  const { rows } = accuracyBySize(featureRows(PAIRS, SCORES, SENTENCES), SEED);
  assertEquals(rows.map(({ threshold, n, accuracy }) => [threshold, n, accuracy]), [
    [0, 4, 0.75],
    [0.05, 3, 1],
    [0.1, 2, 1],
    [0.2, 1, 1],
  ]);
});

Deno.test("featureBands() reads the least-squares line from the least to the largest value", () => {
  const band = featureBands(featureRows(PAIRS, SCORES, SENTENCES), SEED).rows
    .filter(({ feature }) => feature === "tokens");
  // d = -2, 1, 2, 5 at 7, 8, 9, 10: slope 2.2, mean 1.5 at 8.5
  assertAlmostEquals(band[0]!.y, 1.5 - 1.5 * 2.2, 1e-12);
  assertAlmostEquals(band.at(-1)!.y, 1.5 + 1.5 * 2.2, 1e-12);
  band.forEach(({ y, low, high }) => assertEquals(low <= y && y <= high, true));
});
