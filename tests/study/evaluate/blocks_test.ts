import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { NEGATIONS, type Pair } from "../../../lib/data/pairs.ts";
import { finish } from "../../../lib/stats/steps.ts";
import {
  blocksOf,
  blockTables,
  groupPoints,
  groupSteps,
} from "../../../lib/study/evaluate/blocks.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";
import { axisRange } from "../../../lib/charts/texts.ts";
import { clusterOf, frameOfRow, framesOf } from "../../../lib/study/clusters.ts";
import { understandingChart } from "../../../lib/study/evaluate/chart.ts";
import { scoredRow } from "../scored_row.ts";
import { valueAt } from "../../charts/fixtures.ts";

/** A row of two sentences with scores that its place gives. */
function row(
  [affirmative, negated]: readonly [string, string],
  negation: Pair["negation"],
  i: number,
) {
  const [caption, foil] = negation === "foil" ? [affirmative, negated] : [negated, affirmative];
  const pair: Pair = { id: `${i}`, image: `${i}.png`, negation, caption, foil };
  const [s_caption, s_foil] = [20.6 + Math.sin(7 * i), 20 + Math.sin(11 * i + 1)];
  const d = s_caption - s_foil;
  const scores: EvaluateRow = { ...pair, s_caption, s_foil, d, segment: segmentOf(d), tokens: 7 };
  return { pair, scores };
}

/** 20 pairs with one to three foil-negated rows and one or two others, one on one side alone, and one of which both sentences negate. */
const ROWS = Array.from({ length: 20 }, (_, k) => {
  const sentences = [`There is a thing${k}.`, `There is no thing${k}.`] as const;
  return [
    ...Array.from({ length: 1 + k % 3 }, (_, j) => row(sentences, "foil", 10 * k + j)),
    ...Array.from({ length: 1 + k % 2 }, (_, j) => row(sentences, "caption", 10 * k + 5 + j)),
  ];
}).flat().concat(
  row(["There is a cat.", "There is no cat."], "foil", 200),
  row(["No cat and a dog.", "A cat and no dog."], "foil", 201),
  row(["No cat and a dog.", "A cat and no dog."], "caption", 202),
);
const PAIRS = ROWS.map(({ pair }) => pair);
const SCORES = ROWS.map(({ scores }) => scores);

const TABLES = finish(blockTables(PAIRS, SCORES, { seed: 0 }));

Deno.test("blocks are the k-th rows of both sides of the same two sentences, of which one is affirmative, whatever is between them", () => {
  const ids = (rows: typeof ROWS) =>
    blocksOf(rows.map(({ pair }) => pair), rows.map(({ scores }) => scores)).rows
      .map(({ foil_id, caption_id }) => `${foil_id} ${caption_id}`);
  const known = ROWS.slice(0, -3).flatMap(({ pair: { id, negation } }) => {
    const [k, j] = [Math.floor(Number(id) / 10), Number(id) % 10];
    return negation === "foil" && j < 1 + k % 2 ? [`${id} ${10 * k + 5 + j}`] : [];
  });
  assertEquals(ids(ROWS), known);
  const sides = Object.groupBy(ROWS, ({ pair: { negation } }) => negation);
  assertEquals(ids([...sides.caption!, ...sides.foil!]), known);
  assertEquals(finish(blockTables(PAIRS.slice(-3), SCORES.slice(-3), { seed: 0 })), {});
  // the first sentences have the first and the third block
  const [one, other] = [0, 1].map((k) => [`There is a ${k}.`, `There is no ${k}.`] as const);
  const turned = [one!, other!, one!].flatMap((
    of,
    i,
  ) => [row(of, "foil", i), row(of, "caption", 9 + i)]);
  assertEquals(ids(turned), ["0 9", "1 10", "2 11"]);
});

Deno.test("alpha, beta and gamma give back the scores of a block, and its rights are gamma above |alpha|, |beta| and both", () => {
  const byId = new Map(SCORES.map((scores) => [scores.id, scores]));
  for (const { foil_id, caption_id, alpha, beta, gamma, ...rights } of TABLES.blocks!.rows) {
    const [foil, caption] = [byId.get(foil_id)!, byId.get(caption_id)!];
    assertAlmostEquals(foil.d, 2 * alpha + 2 * gamma, 1e-9);
    assertAlmostEquals(caption.d, 2 * gamma - 2 * alpha, 1e-9);
    assertAlmostEquals(foil.s_caption - caption.s_foil, 2 * beta + 2 * gamma, 1e-9);
    const size = Math.max(Math.abs(alpha), Math.abs(beta));
    assertAlmostEquals(
      Math.min(foil.s_caption, caption.s_caption) - Math.max(foil.s_foil, caption.s_foil),
      2 * gamma - 2 * size,
      1e-9,
    );
    assertEquals(rights, {
      sentences_right: Number(gamma > Math.abs(alpha)),
      pictures_right: Number(gamma > Math.abs(beta)),
      all_right: Number(gamma > size),
    });
  }
});

/** What the reference implementation in numpy finds, with 100,000 samples. */
const REFERENCE = {
  alpha: [0.04521038306107942, -0.1528321840624749, 0.24131449847923098],
  beta: [-0.059701218177680156, -0.2734287815253966, 0.1804173361250213],
  gamma: [0.23446816920801933, 0.15881802200297201, 0.3107871311936655],
  sentences_right: [10 / 27, 0.18518518518518517, 0.5517241379310345],
  pictures_right: [10 / 27, 0.19230769230769232, 0.56],
  all_right: [4 / 27, 0.034482758620689655, 0.2857142857142857],
} as const;

Deno.test("means over blocks are those of the reference, and a share of 1 keeps an interval", () => {
  for (const { quantity, value, low, high } of TABLES.blockMeans!.rows) {
    const [mean, ...bounds] = REFERENCE[quantity];
    assertAlmostEquals(value!, mean, 1e-9);
    const far = 0.06 * (bounds[1] - bounds[0]); // three standard errors of a quantile of 2,000 samples, as in understanding_test.ts
    assertAlmostEquals(low!, bounds[0], far);
    assertAlmostEquals(high!, bounds[1], far);
  }
  const one = finish(blockTables(PAIRS.slice(0, 2), SCORES.slice(0, 2), { seed: 0 }));
  assertEquals(one.blockMeans!.rows[2]!.value, one.blocks!.rows[0]!.gamma);
  const sure = SCORES.map((scores) => ({ ...scores, s_caption: 30, d: 30 - scores.s_foil }));
  const all = finish(blockTables(PAIRS, sure, { seed: 0 })).blockMeans!.rows.at(-1)!;
  assertEquals([all.value, all.high, all.low! < 0.9], [1, 1, true]);
  const even = SCORES.map((scores) => ({ ...scores, s_caption: 20 + 1e-6, s_foil: 20 }));
  const [, , gamma] = finish(blockTables(PAIRS, even, { seed: 0 })).blockMeans!.rows;
  assertEquals([gamma!.value, gamma!.low, gamma!.high], [0, 0, 0]); // rounding errors
});

/** Rows whose sentences are all different, with d = 1, -1, 1, -1 … in the first frame and 2, 2, 2, -2, 2, 2 … in the other. */
const FRAMED = Array.from({ length: 40 }, (_, i) => {
  const isFirst = i < 20;
  const d = isFirst ? (i % 2 === 0 ? 1 : -1) : i % 4 === 3 ? -2 : 2;
  return scoredRow(`thing${i}`, "foil", d, {
    frame: isFirst ? "there is X" : "X is there",
    scope: i % 4 === 0 ? "other" : "none",
    noun: `noun${i % 3}`,
    ...isFirst && { negatorWord: "no" },
  });
});
const FRAMED_PAIRS = FRAMED.map(({ pair }) => pair);
const GROUPS = finish(groupSteps(FRAMED_PAIRS, FRAMED.map(({ scores }) => scores), { seed: 0 }))!;

Deno.test("groupSteps() gives accuracy and mean d of each frame, negator and scope, in the order of the data", () => {
  assertEquals(
    GROUPS.rows.filter(({ estimate }) => estimate === "accuracy")
      .map(({ column, group, n, value }) => [column, group, n, value]),
    [
      ["frame", "there is X", 20, 0.5],
      ["frame", "X is there", 20, 0.75],
      ["negator", "no", 20, 0.5], // rows without a negator are in no group
      ["scope", "other", 10, 1],
      ["scope", "none", 30, 0.5],
      ["frame x negator x scope", "there is X | no | other", 5, 1],
      ["frame x negator x scope", "there is X | no | none", 15, 1 / 3],
    ],
  );
  const means = [0, 1, 0, 1.5, 1 / 6, 1, -1 / 3];
  GROUPS.rows.filter(({ estimate }) => estimate === "mean_d")
    .forEach(({ value }, i) => assertAlmostEquals(value!, means[i]!, 1e-12));
});

Deno.test("groupSteps() gives Wilson's interval where each row is a cluster of its own", () => {
  const [{ low, high }] = GROUPS.rows as [typeof GROUPS.rows[0]];
  assertEquals(low! < 0.5 && high! > 0.5, true);
  assertAlmostEquals(low! + high!, 1, 1e-9); // it is symmetric at .5
});

Deno.test("groupSteps() makes nothing of data without these columns", () => {
  const plain = FRAMED_PAIRS.map(({ id, image, negation, caption, foil, noun }) => (
    { id, image, negation, caption, foil, noun: noun! }
  ));
  assertEquals(finish(groupSteps(plain, [], { seed: 0 })), undefined);
});

Deno.test("frames and nouns of the data come before those that are found in the sentence", () => {
  assertEquals(framesOf(FRAMED_PAIRS), ["X is there", "there is X"]);
  const { frame: _, noun: __, ...plain } = FRAMED_PAIRS[0]!;
  assertEquals([frameOfRow(plain), clusterOf(plain, "noun")], ["there is no …", "thing0"]);
  assertEquals([frameOfRow(FRAMED_PAIRS[0]!), clusterOf(FRAMED_PAIRS[0]!, "noun")], [
    "there is X",
    "noun0",
  ]);
});

/** Two frames of ten blocks each, the second with twice the scores of the first. */
const FRAMED_BLOCKS = Array.from({ length: 20 }, (_, k) => {
  const [frame, size] = k < 10 ? ["there is X", 1] as const : ["X is there", 2] as const;
  return NEGATIONS.map((side) => {
    const d = size * (side === "foil" ? 3 : 1) + (k % 2 === 0 ? 0.1 : -0.1);
    return scoredRow(`thing${k}`, side, d, { frame, scope: k % 2 === 0 ? "none" : "other" });
  });
}).flat();

Deno.test("groupSteps() gives gamma, alpha and what is right of the blocks of a group, which are drawn against each other", () => {
  const [pairs, rows] = [
    FRAMED_BLOCKS.map(({ pair }) => pair),
    FRAMED_BLOCKS.map(({ scores }) => scores),
  ];
  const groups = finish(groupSteps(pairs, rows, { seed: 0 }))!.rows;
  const ofBlocks = groups.filter(({ table, column }) =>
    table === "blocks_summary" && column === "frame"
  );
  assertEquals(ofBlocks.map(({ group, estimate, n }) => [group, estimate, n]), [
    ...["gamma", "alpha", "sentences_right"].map((name) => ["there is X", name, 10]),
    ...["gamma", "alpha", "sentences_right"].map((name) => ["X is there", name, 10]),
  ]);
  // d of 3 and 1 gives gamma 1 and alpha 1/2; what is added to both sides by k cancels over the ten blocks
  ofBlocks.forEach(({ value }, i) => assertAlmostEquals(value!, [1, 0.5, 1, 2, 1, 1][i]!, 1e-12));
  assertEquals(ofBlocks[2]!.low! < 0.9, true); // Wilson's of 10 of 10
  const points = groupPoints(groups);
  assertEquals(points.map(({ name }) => name), ["there is X", "X is there"]);
  assertEquals(groupPoints(GROUPS.rows), []);
  assertEquals(groupPoints(groups.filter(({ group }) => group === "there is X")), []); // one alone
  const spec = JSON.stringify(understandingChart(points, { sources: { model: [], data: [] } }));
  const to = axisRange([0, ...points.map(({ alpha_high }) => alpha_high!)])[1];
  assertStringIncludes(spec, `{"x":0,"y":0},{"x":${to},"y":${to}}`); // gamma = |alpha|
});

Deno.test("understandingChart() tells up to 49 groups apart by their colours and shapes", () => {
  const points = Array.from(
    { length: 49 },
    (_, i) => ({ name: `${i}`, gamma: i, alpha: i, alpha_low: i, gamma_low: i }),
  );
  const ofAll = points as unknown as ReturnType<typeof groupPoints>;
  const spec = understandingChart(ofAll, { sources: { model: [], data: [] } });
  const [colors, shapes] = ["color", "shape"].map((channel) =>
    valueAt(spec, `layer.3.encoding.${channel}.scale.range`) as string[]
  );
  assertEquals(new Set(colors!.map((color, i) => `${color} ${shapes![i]}`)).size, 49);
});
