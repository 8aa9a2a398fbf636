/**
 * How often 95 % intervals contain the true value: 1000 data sets of a population with known values for each line.
 *
 *     deno run --frozen tests/stats/coverage_bench.ts
 *
 * x is the same in all rows of a cluster, like features that depend only on the sentences; half the variance of y around its line
 * is shared by the rows of a cluster. Fails if a share is outside .93 to .97. Four minutes on one core; measured:
 *
 *     100 pairs of 3 rows             mean .952 to .961, Pearson .941 to .948, Spearman .945 to .953, line .947
 *     199 pairs, 240 rows, largest 6  mean .944 to .947, Pearson .935 to .942, Spearman .943 to .951, line .938
 *     98 pairs, 250 rows, largest 44  mean .954 to .956, Pearson .942 to .954, Spearman .949 to .953, line .949
 *
 * Plain percentiles contain the true value of the last design in .914 to .936.
 */

import { ClusterBootstrap, type Estimate } from "../../lib/stats/bootstrap.ts";
import { pearsonInterval, spearmanInterval } from "../../lib/stats/correlation_interval.ts";
import { lineBand } from "../../lib/stats/line_band.ts";
import { type Random, seededRandom } from "../../lib/stats/random.ts";

/** A share of 1000 has a standard deviation of .007. */
const DATA_SETS = 1000;

/** The number of clusters of each size; the last two designs are the sides of rephrased VALSE, foil- and caption-negated. */
const DESIGNS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  "100 pairs of 3 rows": { 3: 100 },
  "199 pairs, 240 rows, largest 6": { 1: 174, 2: 14, 3: 8, 4: 2, 6: 1 },
  "98 pairs, 250 rows, largest 44": {
    ...{ 1: 75, 2: 4, 3: 7, 4: 3, 5: 1, 7: 3, 9: 1, 18: 2, 19: 1, 44: 1 },
  },
};

let outside = 0;
for (const [design, counts] of Object.entries(DESIGNS)) {
  const sizes = Object.entries(counts).flatMap(([size, n]) => new Array<number>(n).fill(+size));
  for (const r of [0, 0.3, 0.6]) {
    const shares = Object.entries(cover(sizes, r)).map(([name, n]) =>
      [name, n / DATA_SETS] as const
    );
    outside += shares.filter(([, share]) => share < 0.93 || share > 0.97).length;
    const shown = shares.map(([name, share]) => `${name} ${share.toFixed(3)}`).join("  ");
    console.log(`${design}, r ${r}: ${shown}`);
  }
}
if (outside > 0) throw new Error(`${outside} of the shares are outside .93 to .97`);

/** The number of data sets whose interval contains the true value, by statistic. */
function cover(sizes: readonly number[], rho: number): Record<string, number> {
  const random = seededRandom(1);
  const keys = sizes.flatMap((size, cluster) => new Array<string>(size).fill(`${cluster}`));
  const rest = Math.sqrt((1 - rho ** 2) / 2);
  const covered = { mean: 0, pearson: 0, spearman: 0, line: 0 };
  for (let set = 0; set < DATA_SETS; set++) {
    const own = sizes.map(() => normal(random));
    const shared = sizes.map(() => normal(random));
    const x = keys.map((key) => own[Number(key)]!);
    const y = keys.map((key, row) =>
      rho * x[row]! + rest * (shared[Number(key)]! + normal(random))
    );
    const bootstrap = new ClusterBootstrap(keys, { seed: set });
    covered.mean += holds(bootstrap.mean(y), 0);
    covered.pearson += holds(pearsonInterval(bootstrap, { x, y }), rho);
    covered.spearman += holds(
      spearmanInterval(bootstrap, { x, y }),
      6 / Math.PI * Math.asin(rho / 2),
    );
    covered.line += holds(lineBand(bootstrap, { x, y, at: [1] })[0]!, rho);
  }
  return covered;
}

function holds({ low, high }: Estimate, truth: number): number {
  return low! <= truth && truth <= high! ? 1 : 0;
}

/** A standard normal number, by the method of Box and Muller. */
function normal(random: Random): number {
  const [u, v] = [random.below(2 ** 31) + 1, random.below(2 ** 31)];
  return Math.sqrt(-2 * Math.log(u / 2 ** 31)) * Math.cos(2 * Math.PI * v / 2 ** 31);
}
