/** How often tests reject a true null hypothesis. */

import { clusterFeatureSteps, rowFeatureSteps } from "../../lib/stats/feature_tests.ts";
import { finish } from "../../lib/stats/steps.ts";
import { threes, UNEQUAL, VALSE } from "./draws.ts";
import { PAIRED_TESTS } from "./two_models.ts";
import { type Drawn, isSmall, type Simulation } from "./simulate.ts";

const SAMPLES = 399;

type Outcome = (drawn: Drawn, x: readonly number[]) => number[];

const normal: Outcome = ({ draws, icc }) => draws.dependent(icc);
const heavy: Outcome = ({ draws, icc }) => draws.dependent(icc, () => draws.heavy());
const skewed: Outcome = (drawn, x) => normal(drawn, x).map((z) => Math.exp(0.8 * z));
const doubled: Outcome = (drawn, x) => heavy(drawn, x).map((value, i) => value * (1 + x[i]!));

/** Whether the wild bootstrap rejects that a feature goes with y. */
function rejects(
  feature: (drawn: Drawn) => number[],
  outcome: Outcome = normal,
): Simulation["isHit"] {
  return (drawn) => {
    const x = feature(drawn);
    const y = outcome(drawn, x);
    const options = { clusters: drawn.keys, seed: drawn.set, samples: SAMPLES };
    return isSmall(finish(clusterFeatureSteps([x], y, options))[0]);
  };
}

const ofPair = ({ draws }: Drawn) => draws.ofClusters(() => draws.normal());

/** A feature that is 1 in a share of the pairs and 0 in the others. */
function inShare(share: number): (drawn: Drawn) => number[] {
  return ({ draws, sizes }) =>
    draws.ofClusters((cluster) => cluster < Math.round(share * sizes.length) ? 1 : 0);
}

const FEW = threes(8, 10, 12, 20);
const pairSize = ({ draws, sizes }: Drawn) =>
  draws.ofClusters((cluster) => Math.log(sizes[cluster]!) + 0.6 * draws.normal());

const ofRows: Simulation["isHit"] = ({ draws, keys, icc, set }) => {
  const x = draws.dependent(0.4);
  const y = draws.dependent(icc);
  const rows = y.map((_, row) => `${row}`);
  const options = { clusters: keys, rows, seed: set, permutations: SAMPLES };
  return isSmall(finish(rowFeatureSteps([x], y, options))[0]);
};

const SIMULATED: readonly (readonly [string, Simulation["designs"], Simulation["isHit"]])[] = [
  ["normal feature of a pair", [...VALSE, ...threes(12, 30, 40)], rejects(ofPair)],
  ["normal feature, y with heavy tails (t3)", [...VALSE, ...threes(40)], rejects(ofPair, heavy)],
  ["feature that goes with the pair's size", VALSE, rejects(pairSize)],
  ["feature of half of the pairs", FEW, rejects(inShare(1 / 2))],
  [
    "feature of half of the pairs, y with heavy tails (t3)",
    ...[[...FEW, UNEQUAL], rejects(inShare(1 / 2), heavy)] as const,
  ],
  [
    "feature of half of the pairs, y skewed (kurtosis 34)",
    ...[[...FEW, UNEQUAL], rejects(inShare(1 / 2), skewed)] as const,
  ],
  [
    "feature of a third, whose y (t3) varies twice as much",
    ...[threes(12, 14, 18, 24), rejects(inShare(1 / 3), doubled)] as const,
  ],
];

/** The rows of the table of tests: how often p <= .05 without any relation. */
export const TESTS: readonly Simulation[] = [
  ...SIMULATED.map(([name, designs, isHit]) => (
    { name: `wild bootstrap, ${name}`, designs, isHit }
  )),
  { name: "permutation of rows, feature of a row", designs: VALSE, isHit: ofRows },
  ...PAIRED_TESTS,
];
