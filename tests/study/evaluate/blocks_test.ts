import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { blocksOf, blockTables } from "../../../lib/study/evaluate/blocks.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";

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
});
