/** How often 95 % intervals contain the true value. */

import type { Estimate } from "../stats/intervals/bootstrap.ts";
import { pearsonInterval } from "../stats/intervals/correlation_interval.ts";
import { lineBand } from "../stats/intervals/line_band.ts";
import { clusterShare } from "../stats/intervals/share.ts";
import {
  type DeviatingCell,
  LargestDeviations,
  linearMean,
} from "../stats/intervals/simultaneous.ts";
import { type Design, equalClusters, VALSE } from "./designs.ts";
import type { ColumnDraws } from "./draws.ts";
import type { Simulation } from "./simulate.ts";

/** Simulates a data set: whether its interval contains the truth. */
type Simulated = Simulation["isHit"];

function holds({ low, high }: Estimate, truth: number): boolean | undefined {
  return low === undefined || high === undefined ? undefined : low <= truth && truth <= high;
}

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

/** A share whose true value is known. */
function share(bound: number, truth: number): Simulated {
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
 * Simultaneous intervals of the means of 24 cells, of which neighbours are correlated at .7.
 *
 * @param own How many of the clusters have each cell: a run of them that begins five further in the next cell. @default {all}
 */
function simultaneous(own = Infinity): Simulated {
  return ({ draws, sizes, bootstrap, icc }) => {
    const deviations = new LargestDeviations(bootstrap.samples);
    const keep = new Float64Array(bootstrap.samples);
    let values = draws.dependent(icc);
    const cells: DeviatingCell[] = [];
    for (let cell = 0; cell < CELLS; cell++) {
      const next = draws.dependent(icc);
      values = values.map((value, row) => 0.7 * value + Math.sqrt(0.51) * next[row]!);
      const weights = draws.ofClusters((cluster) =>
        (cluster + 5 * cell) % sizes.length < own ? 1 : 0
      );
      const statistic = bootstrap.sums([
        values.map((value, row) => value * weights[row]!),
        weights,
      ]);
      const mean = statistic(([sum, n]) => sum! / n!, { weights });
      if (mean.low === undefined) return undefined;
      const linear = linearMean(mean.estimate!, weights.reduce((sum, weight) => sum + weight, 0));
      statistic(([sum, n]) => linear(sum!, n!), { weights, keep });
      const clusters = bootstrap.effectiveClusters(weights);
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

const FEW = [2, 3, 4, 5, 6, 8, 10, 20].map((clusters) => equalClusters(clusters, 3));
const SMALL = [14, 72].map((clusters) => equalClusters(clusters, 1));

const SIMULATED: readonly (readonly [string, readonly Design[], Simulated])[] = [
  [
    "mean",
    [...FEW, ...VALSE],
    ({ draws, bootstrap, icc }) => holds(bootstrap.mean(draws.dependent(icc)), 0),
  ],
  ["mean over further tokens", [...SMALL, ...VALSE], weighted],
  ["ratio of means", [...SMALL, ...VALSE], ratio],
  ["mean CTE, kurtosis 9 (the median cell)", [...SMALL, ...VALSE], skewed(0.5)],
  ["mean CTE, kurtosis 34 (the worst cells)", [...SMALL, ...VALSE], skewed(0.8)],
  ["24 means at once", [equalClusters(30, 3), ...VALSE], simultaneous()],
  ...[12, 8, 6].map((own) =>
    [
      `24 means at once, each of ${own} clusters`,
      [equalClusters(40, 3)],
      simultaneous(own),
    ] as const
  ),
  ["accuracy, .5 in truth", [equalClusters(9, 1), ...VALSE], share(0, 0.5)],
  ["accuracy, .7 in truth", [equalClusters(9, 1), ...VALSE], share(0.524401, 0.7)],
  ["accuracy, .97 in truth", [equalClusters(9, 1), ...VALSE], share(1.880794, 0.97)],
  [
    "Pearson's r, 0 in truth",
    VALSE,
    ({ draws, bootstrap, icc }) => holds(pearsonInterval(bootstrap, columns(draws, icc, 0)), 0),
  ],
  [
    "Pearson's r, .4 in truth",
    VALSE,
    ({ draws, bootstrap, icc }) => holds(pearsonInterval(bootstrap, columns(draws, icc, 0.4)), 0.4),
  ],
  [
    "fitted line at one deviation",
    VALSE,
    ({ draws, bootstrap, icc }) =>
      holds(lineBand(bootstrap, { ...columns(draws, icc, 0.4), at: [1] })[0]!, 0.4),
  ],
];

/** The rows of the table of intervals: how often they contain the truth. */
export const INTERVALS: readonly Simulation[] = SIMULATED.map(([name, designs, isHit]) => ({
  ...{ name, designs, isHit },
}));
