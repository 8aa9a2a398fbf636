/** How often 95 % intervals contain the true value. */

import {
  type DeviatingCell,
  LargestDeviations,
  linearMean,
  SimultaneousRatios,
} from "../../lib/stats/many.ts";
import { decodedIn, type Read } from "../../lib/experiments/probe/tables.ts";
import { fitLayer, splitPairs } from "../../lib/experiments/probe/fit.ts";
import { finish } from "../../lib/stats/steps.ts";
import { pearsonInterval } from "../../lib/stats/feature_tests.ts";
import { clusterShare } from "../../lib/stats/share.ts";
import type { Pair } from "../../lib/data/pairs.ts";
import { understandingSteps } from "../../lib/study/effects/understanding.ts";
import { PAIRED_INTERVALS } from "./two_models.ts";
import { type ColumnDraws, type Design, equalClusters, threes, UNEQUAL, VALSE } from "./draws.ts";
import { type Drawn, holds, type Simulation } from "./simulate.ts";

/** Simulates a data set: whether its interval contains the truth. */
type Simulated = Simulation["isHit"];

/** A mean of values with a lognormal tail: exp(s z) less its mean. */
function skewed(deviation: number): Simulated {
  return ({ draws, bootstrap, icc }) =>
    holds(
      bootstrap.mean(
        draws.dependent(icc).map((z) => Math.exp(deviation * z) - Math.exp(deviation ** 2 / 2)),
      ),
      0,
    );
}

/**
 * A share of d, sum of sign(d) effect / sum of |d|, which is 0 in truth: effects are noise, and d has heavy tails and is below 0 in half
 * of the rows. A share of the same rows that is not 0 differs from its true value by as much.
 */
const shareOfD: Simulated = ({ draws, bootstrap, icc }) => {
  const d = draws.dependent(icc, () => draws.heavy());
  return holds(bootstrap.ratio(...signed(d, draws.dependent(icc))), 0);
};

/** The numerators and denominators of a share of d. */
function signed(d: readonly number[], effects: readonly number[]): [number[], number[]] {
  return [effects.map((effect, i) => Math.sign(d[i]!) * effect), d.map(Math.abs)];
}

function proportion(bound: number, truth: number): Simulated {
  return ({ draws, keys, icc }) =>
    holds(clusterShare(draws.dependent(icc).map((z) => z < bound), { clusters: keys }), truth);
}

/** Two columns with correlation r, of which x is the same in all rows of a cluster. */
function columns(draws: ColumnDraws, icc: number, r: number) {
  const x = draws.ofClusters(() => draws.normal());
  const rest = draws.dependent(icc);
  return { x, y: x.map((value, row) => r * value + Math.sqrt(1 - r ** 2) * rest[row]!) };
}

const CELLS = 24;

/**
 * Simultaneous intervals of 24 cells, of which neighbours are correlated at .7.
 *
 * @param clustersOfCell How many of the clusters have each cell: a run of them that begins five further in the next cell. @default {all}
 */
function simultaneous(kind: "means" | "shares", clustersOfCell = Infinity): Simulated {
  return ({ draws, sizes, bootstrap, icc }) => {
    const deviations = new LargestDeviations(bootstrap.samples);
    const keep = new Float64Array(bootstrap.samples);
    const d = kind === "means" ? undefined : draws.dependent(icc, () => draws.heavy());
    let values = draws.dependent(icc);
    const cells: DeviatingCell[] = [];
    for (let cell = 0; cell < CELLS; cell++) {
      const next = draws.dependent(icc);
      values = values.map((value, row) => 0.7 * value + Math.sqrt(0.51) * next[row]!);
      const weights = draws.ofClusters((cluster) =>
        (cluster + 5 * cell) % sizes.length < clustersOfCell ? 1 : 0
      );
      const columns = d === undefined
        ? [values.map((value, row) => value * weights[row]!), weights] as const
        : signed(d, values);
      const statistic = bootstrap.sums(columns);
      const how = { weights: columns[1] };
      const mean = statistic(([sum, n]) => sum! / n!, how);
      if (mean.low === undefined) return undefined;
      const linear = linearMean(mean.estimate!, columns[1].reduce((sum, n) => sum + n, 0));
      statistic(([sum, n]) => linear(sum!, n!), { ...how, keep });
      const clusters = bootstrap.effectiveClusters(columns[1]);
      cells.push(deviations.add(mean, { samples: keep, clusters }));
    }
    return cells.every((cell) => holds(deviations.interval(cell), 0));
  };
}

/** Further tokens: rows with none, one or two of them, by the pair. */
const weighted: Simulated = ({ draws, bootstrap, icc }) => {
  const weights = draws.ofClusters((cluster) => cluster % 5 < 2 ? cluster % 5 + 1 : 0);
  const values = draws.dependent(icc);
  return holds(bootstrap.ratio(values.map((value, row) => value * weights[row]!), weights), 0);
};

/** A ratio of means, .3 in truth, of effects and d that vary by as much as they are on average. */
const ratio: Simulated = ({ draws, bootstrap, icc }) => {
  const d = draws.dependent(icc).map((z) => 2 + 1.5 * z);
  const rest = draws.dependent(icc);
  return holds(bootstrap.ratio(d.map((value, row) => 0.3 * value + rest[row]!), d), 0.3);
};

/** A ratio of means, .3 in truth, of skewed d and effects with heavy tails. */
const heavyRatio: Simulated = ({ draws, bootstrap, icc }) => {
  const d = draws.dependent(icc).map((z) => Math.exp(0.8 * z));
  const rest = draws.dependent(icc, () => draws.heavy());
  return holds(bootstrap.ratio(d.map((value, row) => 0.3 * value + rest[row]!), d), 0.3);
};

/** What `understandingSteps()` finds of values whose mean is 0, beside a bias that differs by sentence pair; a pair's rows are of either side in turn. */
function gamma(values: (draws: ColumnDraws, icc: number) => number[]): Simulated {
  return ({ draws, keys, icc, set }) => {
    const bias = draws.ofClusters(() => draws.normal());
    const pairs = keys.map((key, row): Pair => {
      const negation = (row - keys.indexOf(key)) % 2 === 0 ? "foil" : "caption";
      const sentences = [`There is a ${key}.`, `There is no ${key}.`];
      const [caption, foil] = negation === "foil" ? sentences : sentences.toReversed();
      return { id: `${row}`, image: "a.png", negation, caption: caption!, foil: foil! };
    });
    const d = values(draws, icc).map((value, row) =>
      value + (pairs[row]!.negation === "foil" ? bias[row]! : -bias[row]!)
    );
    return holds(finish(understandingSteps(pairs, d, { seed: set })).gamma, 0);
  };
}

function correlation(r: number): Simulated {
  return ({ draws, bootstrap, icc }) =>
    holds(pearsonInterval(bootstrap, columns(draws, icc, r)), r);
}

/** Pearson's r, 0 in truth, of a feature of half of the pairs and a y with heavy tails. */
const halves: Simulated = ({ draws, bootstrap, icc }) => {
  const x = draws.ofClusters((cluster) => cluster % 2);
  return holds(pearsonInterval(bootstrap, { x, y: draws.dependent(icc, () => draws.heavy()) }), 0);
};

/** Dimensions of the simulated vectors. */
const WIDTH = 8;

/** Reads pairs of normal vectors, of whose variance the two sentences share a part, and which labels tell nothing of. */
function readNothing({ draws, sizes, icc, set }: Drawn): (Read | undefined)[] {
  const pairs = sizes.map(() => {
    const shared = Array.from({ length: WIDTH }, () => Math.sqrt(icc) * draws.normal());
    const vector = () => shared.map((value) => value + Math.sqrt(1 - icc) * draws.normal());
    return { negated: vector(), affirmative: vector() };
  });
  const splits = splitPairs(pairs.map((_, pair) => `${pair}`), { seed: set });
  return finish(fitLayer(pairs, pairs.map((_, pair) => splits.get(`${pair}`)!)));
}

/** What a probe decodes above its controls, 0 in truth. */
const decoded: Simulated = (drawn) => {
  const { keys, bootstrap } = drawn;
  const ofPair = readNothing(drawn);
  const reads = keys.map((pair) => ofPair[Number(pair)]);
  return holds(
    decodedIn(reads, { ratios: new SimultaneousRatios(bootstrap), clusters: keys, layers: 1 })
      .above,
    0,
  );
};

const SMALL = [14, 72].map((clusters) => equalClusters(clusters, 1));
const FEW = threes(8, 9, 12, 20, 40);
const MATCHED = threes(9, 20, 72);
const RARE = [equalClusters(9, 1), ...threes(12, 40)];

const SIMULATED: readonly (readonly [string, readonly Design[], Simulated])[] = [
  [
    "mean",
    [...threes(6), ...FEW, UNEQUAL, ...VALSE],
    ({ draws, bootstrap, icc }) => holds(bootstrap.mean(draws.dependent(icc)), 0),
  ],
  [
    "mean, heavy tails (t3)",
    [...FEW, UNEQUAL, ...VALSE],
    ({ draws, bootstrap, icc }) =>
      holds(bootstrap.mean(draws.dependent(icc, () => draws.heavy())), 0),
  ],
  ["mean over further tokens", [...SMALL, ...VALSE], weighted],
  ["ratio of means", [...FEW, ...SMALL, ...VALSE], ratio],
  ["ratio of means, skewed d and heavy tails (t3)", [...FEW, UNEQUAL, ...VALSE], heavyRatio],
  ["share of d", [...FEW, UNEQUAL, ...VALSE], shareOfD],
  ["mean CTE, kurtosis 9 (the median cell)", [...FEW, UNEQUAL, ...SMALL, ...VALSE], skewed(0.5)],
  ["mean CTE, kurtosis 34 (the worst cells)", [...FEW, UNEQUAL, ...SMALL, ...VALSE], skewed(0.8)],
  ["24 means at once", [...threes(12, 30), ...VALSE], simultaneous("means")],
  ["24 means at once, each of 12 clusters", threes(40), simultaneous("means", 12)],
  ["24 means at once, each of 9 clusters", threes(40), simultaneous("means", 9)],
  ["24 shares of d at once", threes(20, 40), simultaneous("shares")],
  ["accuracy, .5 in truth", [...RARE, ...VALSE], proportion(0, 0.5)],
  ["accuracy, .7 in truth", [...RARE, ...VALSE], proportion(0.524401, 0.7)],
  ["accuracy, .97 in truth", [...RARE, ...VALSE], proportion(1.880794, 0.97)],
  ["gamma of matched rows", MATCHED, gamma((draws, icc) => draws.dependent(icc))],
  [
    "gamma of matched rows, heavy tails (t3)",
    MATCHED,
    gamma((draws, icc) => draws.dependent(icc, () => draws.heavy())),
  ],
  [
    "gamma of matched rows, skewed",
    MATCHED,
    gamma((draws, icc) => draws.dependent(icc).map((z) => Math.exp(0.8 * z) - Math.exp(0.32))),
  ],
  ["Pearson's r, 0 in truth", VALSE, correlation(0)],
  ["Pearson's r, .4 in truth", VALSE, correlation(0.4)],
  ["Pearson's r, feature of half of the pairs, heavy tails (t3)", threes(8, 10, 20, 40), halves],
  ["probe above control, 0 in truth", [12, 24].map((pairs) => equalClusters(pairs, 2)), decoded],
];

/** The rows of the table of intervals: how often they contain the truth. */
export const INTERVALS: readonly Simulation[] = [
  ...SIMULATED.map(([name, designs, isHit]) => ({ name, designs, isHit })),
  ...PAIRED_INTERVALS,
];
