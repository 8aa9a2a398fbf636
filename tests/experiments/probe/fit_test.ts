import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  fitLayer,
  type PairFit,
  shareRight,
  toldRight,
} from "../../../lib/experiments/probe/fit.ts";
import { finish } from "../../../lib/stats/steps.ts";

/** What is fitted for each pair; none lacks a fold. */
function fitted(...given: Parameters<typeof fitLayer>): PairFit[] {
  return finish(fitLayer(...given)).map((fit) => fit!);
}

/** Two folds of two pairs: negation is along the first axis in fold 0, and along the second in fold 1. */
const PAIRS = [
  { negated: [2, 1, 3], affirmative: [-2, 1, 3] },
  { negated: [4, 1, 3], affirmative: [-4, 1, 3] },
  { negated: [1, 2, 0], affirmative: [1, -2, 0] },
  { negated: [1, 4, 0], affirmative: [1, -4, 0] },
];
const SPLITS = [0, 0, 1, 1].map((fold, i) => ({ fold, swapped: [i % 2 === 1] }));

Deno.test("fitLayer() gives the pairs of a fold the directions of the other folds", () => {
  const fits = fitted(PAIRS, SPLITS);
  const directions = [[0, 1, 0], [0, 1, 0], [1, 0, 0], [1, 0, 0]];
  assertEquals(fits.map(({ fold }) => fold), [0, 0, 1, 1]);
  assertEquals(fits.map(({ directions: { means } }) => [...means]), directions);
  assertEquals(fits.map(({ directions: { probe } }) => [...probe]), directions);
  assertEquals(fits.map(({ logits }) => shareRight(logits)), [0.5, 0.5, 0.5, 0.5]); // along its own axis a fold tells nothing
});

Deno.test("fitLayer() reads a direction that all folds share, and its controls answer for exchanged labels", () => {
  const pairs = Array.from({ length: 12 }, (_, i) => (
    { negated: [i % 5 + 3, i % 3], affirmative: [i % 5 - 3, i % 3] }
  ));
  const apart = pairs.map((_, i) => ({ fold: i % 3, swapped: [true, false] }));
  const fits = fitted(pairs, apart);
  assertEquals(fits.map(({ logits }) => shareRight(logits)), pairs.map(() => 1));
  // All labels exchanged, then none: the controls learn the reverse and the thing itself, and are tested on what they learnt.
  assertEquals(fits.map(({ control }) => control), pairs.map(() => [1, 1]));
});

Deno.test("fitLayer() answers a labelling as it answers its complement, so that these are one control", () => {
  const pairs = Array.from({ length: 12 }, (_, i) => (
    { negated: [i * 5 % 7, i * i % 11], affirmative: [i * 3 % 8, i * 7 % 9] }
  ));
  const splits = pairs.map((_, i) => ({ fold: i % 3, swapped: [i % 4 < 2, i % 4 >= 2] }));
  const fits = fitted(pairs, splits);
  assertEquals(fits.map(({ control }) => control[0]), fits.map(({ control }) => control[1]));
  assertEquals(new Set(fits.map(({ control }) => control[0])).size, 3); // 0, 0.5 and 1 of a pair
});

Deno.test("fitLayer() gives the probe's pattern as its direction, which does not grow as a dimension shrinks", () => {
  // Both dimensions tell negation without a fault. The second is a thousandth as large: standardised they are alike.
  const pairs = Array.from({ length: 8 }, () => (
    { negated: [2, 2e-3], affirmative: [-2, -2e-3] }
  ));
  const [{ directions }] = finish(
    fitLayer(pairs, pairs.map((_, i) => ({ fold: i % 2, swapped: [i < 4] }))),
  ) as [PairFit];
  assertAlmostEquals(directions.probe[1]! / directions.probe[0]!, 1e-3, 1e-12); // cov(x) w with x = (2, .002) or its opposite
  const opposite = [{ negated: [1], affirmative: [-1] }, { negated: [-1], affirmative: [1] }];
  const [none] = fitted([...opposite, ...opposite], SPLITS);
  assertEquals([...none!.directions.means, ...none!.directions.probe], [0, 0]); // no pair turns the others' way
});

Deno.test("toldRight() counts a logit of 0 as affirmative, so that a probe without weights is right by half", () => {
  assertEquals(toldRight([0, 0]), [false, true]);
  assertEquals([shareRight([0, 0]), shareRight([1, -1]), shareRight([-1, 1])], [0.5, 1, 0]);
});
