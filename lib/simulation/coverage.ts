/** How often 95 % intervals contain the true value. */

import { ClusterBootstrap, type Estimate } from "../stats/bootstrap.ts";
import { pearsonInterval } from "../stats/correlation_interval.ts";
import { lineBand } from "../stats/line_band.ts";
import { clusterShare } from "../stats/share.ts";
import { LargestDeviations } from "../stats/simultaneous.ts";
import type { Steps } from "../stats/steps.ts";
import { clusterOfRow, type Design, equalClusters, VALSE } from "./designs.ts";
import { ColumnDraws } from "./draws.ts";
import { Shares } from "./shares.ts";

const ICCS = [0, 0.1, 0.4] as const;

/** A row of the table of intervals: the share of data sets whose interval contains the truth, by the intraclass correlation. */
export interface CoverageRow {
  /** What the interval is of. */
  readonly interval: string;
  /** The clusters. */
  readonly clusters: string;
  /** The share of data sets for which there is an interval. */
  readonly printed: number;
  readonly "0"?: number | undefined;
  readonly ".1"?: number | undefined;
  readonly ".4"?: number | undefined;
}

/** A data set: whether its interval contains the truth, undefined if it is empty. */
type Simulated = (drawn: {
  readonly draws: ColumnDraws;
  readonly bootstrap: ClusterBootstrap;
  readonly keys: readonly string[];
  readonly icc: number;
}) => boolean | undefined;

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

/** Simultaneous intervals of the means of 24 cells, of which neighbours are correlated at .7. */
const simultaneous: Simulated = ({ draws, bootstrap, icc }) => {
  if (bootstrap.tail() === undefined) return undefined;
  const deviations = new LargestDeviations(bootstrap.samples);
  const keep = new Float64Array(bootstrap.samples);
  let last = draws.dependent(icc);
  const means: { readonly estimate: number; readonly error: number }[] = [];
  for (let cell = 0; cell < CELLS; cell++) {
    const next = draws.dependent(icc);
    last = last.map((value, row) => 0.7 * value + Math.sqrt(0.51) * next[row]!);
    const statistic = bootstrap.sums([last, last.map(() => 1)]);
    const estimate = statistic(([sum, n]) => sum! / n!, { keep }).estimate!;
    means.push({ estimate, error: deviations.add(estimate, keep) });
  }
  const reach = deviations.reach(bootstrap.effectiveClusters(last.map(() => 1)));
  return means.every(({ estimate, error }) => Math.abs(estimate) <= reach * error);
};

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

const INTERVALS: readonly (readonly [string, readonly Design[], Simulated])[] = [
  [
    "mean",
    [...FEW, ...VALSE],
    ({ draws, bootstrap, icc }) => holds(bootstrap.mean(draws.dependent(icc)), 0),
  ],
  ["mean over further tokens", [...SMALL, ...VALSE], weighted],
  ["ratio of means", [...SMALL, ...VALSE], ratio],
  ["mean CTE, kurtosis 9 (the median cell)", [...SMALL, ...VALSE], skewed(0.5)],
  ["mean CTE, kurtosis 34 (the worst cells)", [...SMALL, ...VALSE], skewed(0.8)],
  ["24 means at once", [equalClusters(30, 3), ...VALSE], simultaneous],
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

/** The number of data sets that the table takes, for a progress bar. */
export function coverageSets(sets: number): number {
  return INTERVALS.reduce((sum, [, designs]) => sum + designs.length, 0) * ICCS.length * sets;
}

/**
 * Simulates data sets whose truth is known, a data set at a step. All data sets of a design share the draws of the bootstrap.
 *
 * @param sets The number of data sets for each cell of the table.
 */
export function* coverage(sets: number): Steps<CoverageRow[]> {
  const rows: CoverageRow[] = [];
  for (const [interval, designs, simulate] of INTERVALS) {
    for (const design of designs) {
      const clusters = clusterOfRow(design);
      const keys = clusters.map(String);
      using bootstrap = new ClusterBootstrap(keys, { seed: 1 });
      const all = new Shares();
      const byIcc: (readonly [string, number | undefined])[] = [];
      for (const [i, icc] of ICCS.entries()) {
        const own = new Shares();
        const draws = new ColumnDraws(clusters, i);
        for (let set = 0; set < sets; set++) {
          yield;
          const isHit = simulate({ draws, bootstrap, keys, icc });
          for (const shares of [own, all]) shares.count(isHit);
        }
        byIcc.push([`${icc}`.replace("0.", "."), own.hits]);
      }
      rows.push({
        ...{ interval, clusters: design.name, printed: all.printed },
        ...Object.fromEntries(byIcc),
      });
    }
  }
  return rows;
}
