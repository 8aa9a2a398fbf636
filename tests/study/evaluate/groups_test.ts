import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { axisRange } from "../../../lib/charts/texts.ts";
import type { Pair } from "../../../lib/data/pairs.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { clusterOf, frameOfRow, framesOf } from "../../../lib/study/clusters.ts";
import { understandingChart } from "../../../lib/study/evaluate/chart.ts";
import { groupPoints, groupSteps, hasGroups } from "../../../lib/study/evaluate/blocks.ts";
import type { EvaluateRow } from "../../../lib/study/rows/score_rows.ts";

/** Rows whose sentences are all different, with d = 1, -1, 1, -1 … in the first frame and 2, 2, 2, -2, 2, 2 … in the other. */
const ROWS = Array.from({ length: 40 }, (_, i) => {
  const isFirst = i < 20;
  const pair: Pair = {
    id: `${i}`,
    image: `${i}.png`,
    negation: "foil",
    caption: `There is a thing${i}.`,
    foil: `There is no thing${i}.`,
    frame: isFirst ? "there is X" : "X is there",
    scope: i % 4 === 0 ? "other" : "none",
    noun: `noun${i % 3}`,
    ...isFirst && { negatorWord: "no" },
  };
  const d = isFirst ? (i % 2 === 0 ? 1 : -1) : i % 4 === 3 ? -2 : 2;
  const scores: EvaluateRow = {
    ...{ id: pair.id, image: pair.image, negation: pair.negation, caption: pair.caption },
    ...{ foil: pair.foil, s_caption: d, s_foil: 0, d, segment: "ambiguous", tokens: 6 },
  };
  return { pair, scores };
});
const PAIRS = ROWS.map(({ pair }) => pair);
const TABLE = finish(groupSteps(PAIRS, ROWS.map(({ scores }) => scores), { seed: 0 }));

Deno.test("groupSteps() gives accuracy and mean d of each frame, negator and scope, in the order of the data", () => {
  assertEquals(
    TABLE.rows.filter(({ estimate }) => estimate === "accuracy")
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
  TABLE.rows.filter(({ estimate }) => estimate === "mean_d")
    .forEach(({ value }, i) => assertAlmostEquals(value!, means[i]!, 1e-12));
});

Deno.test("groupSteps() gives Wilson's interval where each row is a cluster of its own", () => {
  const [{ low, high }] = TABLE.rows as [typeof TABLE.rows[0]];
  assertEquals(low! < 0.5 && high! > 0.5, true);
  assertAlmostEquals(low! + high!, 1, 1e-9); // it is symmetric at .5
});

Deno.test("hasGroups() is false of data without these columns", () => {
  const plain = PAIRS.map(({ id, image, negation, caption, foil, noun }) => (
    { id, image, negation, caption, foil, noun: noun! }
  ));
  assertEquals([hasGroups(PAIRS), hasGroups(plain), hasGroups([])], [true, false, false]);
});

Deno.test("frames and nouns of the data come before those that are found in the sentence", () => {
  assertEquals(framesOf(PAIRS), ["X is there", "there is X"]);
  const { frame: _, noun: __, ...plain } = PAIRS[0]!;
  assertEquals([frameOfRow(plain), clusterOf(plain, "noun")], ["there is no …", "thing0"]);
  assertEquals([frameOfRow(PAIRS[0]!), clusterOf(PAIRS[0]!, "noun")], ["there is X", "noun0"]);
});

/** Two frames of ten blocks each, the second with twice the scores of the first. */
const BLOCKS = Array.from({ length: 20 }, (_, k) => {
  const [frame, size] = k < 10 ? ["there is X", 1] as const : ["X is there", 2] as const;
  const [affirmative, negated] = [`There is a thing${k}.`, `There is no thing${k}.`];
  return (["foil", "caption"] as const).map((negation) => {
    const [caption, foil] = negation === "foil" ? [affirmative, negated] : [negated, affirmative];
    const of = { frame, scope: k % 2 === 0 ? "none" : "other" } as const;
    const pair: Pair = { id: `${negation}${k}`, image: "a.png", negation, caption, foil, ...of };
    const d = size * (negation === "foil" ? 3 : 1) + (k % 2 === 0 ? 0.1 : -0.1);
    const row: EvaluateRow = { ...pair, s_caption: d, s_foil: 0, d, segment: "correct", tokens: 7 };
    return { pair, row };
  });
}).flat();

Deno.test("groupSteps() gives gamma, alpha and what is right of the blocks of a group, which are drawn against each other", () => {
  const [pairs, rows] = [BLOCKS.map(({ pair }) => pair), BLOCKS.map(({ row }) => row)];
  const groups = finish(groupSteps(pairs, rows, { seed: 0 })).rows;
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
  assertEquals(groupPoints(TABLE.rows), []);
  const spec = JSON.stringify(understandingChart(points, { sources: { model: [], data: [] } }));
  const to = axisRange([0, ...points.map(({ alpha_high }) => alpha_high!)])[1];
  assertStringIncludes(spec, `{"x":0,"y":0},{"x":${to},"y":${to}}`); // gamma = |alpha|
});
