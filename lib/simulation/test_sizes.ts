/** How often tests reject a true null hypothesis. */

import { testRowFeatures } from "../stats/permutation.ts";
import { testClusterFeatures } from "../stats/wild_bootstrap.ts";
import type { Steps } from "../stats/steps.ts";
import { clusterOfRow, type Design, equalClusters, VALSE } from "./designs.ts";
import { ColumnDraws } from "./draws.ts";
import { Shares } from "./shares.ts";

/** The intraclass correlations of y; that of the authors' d on VALSE is .055. */
export const ICCS = [0, 0.055, 0.1, 0.2, 0.4] as const;

/** A row of the table of tests: the share of data sets with p <= .05, by the intraclass correlation of y. */
export interface SizeRow {
  /** The test, and the feature that it tests. */
  readonly test: string;
  /** The clusters. */
  readonly clusters: string;
  /** The share of data sets for which there is a p-value. */
  readonly printed: number;
  readonly "0"?: number | undefined;
  readonly ".055"?: number | undefined;
  readonly ".1"?: number | undefined;
  readonly ".2"?: number | undefined;
  readonly ".4"?: number | undefined;
}

/** A test, with how a feature is drawn. */
interface Test {
  readonly name: string;
  readonly designs: readonly Design[];
  readonly feature: (draws: ColumnDraws, sizes: readonly number[]) => number[];
  readonly p: (x: number[], y: number[], clusters: string[], seed: number) => number | undefined;
}

const SAMPLES = 399;

function signs(x: number[], y: number[], clusters: string[], seed: number): number | undefined {
  return testClusterFeatures([x], y, { clusters, seed, samples: SAMPLES })[0];
}

const TESTS: readonly Test[] = [
  {
    name: "wild bootstrap, normal feature of a pair",
    designs: [...VALSE, equalClusters(6, 3), equalClusters(12, 3), equalClusters(30, 3)],
    feature: (draws) => draws.ofClusters(() => draws.normal()),
    p: signs,
  },
  {
    name: "wild bootstrap, feature that goes with the pair's size",
    designs: VALSE,
    feature: (draws, sizes) =>
      draws.ofClusters((cluster) => Math.log(sizes[cluster]!) + 0.6 * draws.normal()),
    p: signs,
  },
  {
    name: "wild bootstrap, feature of two values",
    designs: [equalClusters(6, 3), equalClusters(8, 3), equalClusters(12, 3)],
    feature: (draws) => draws.ofClusters((cluster) => cluster % 2),
    p: signs,
  },
  {
    name: "permutation of rows, feature of a row",
    designs: VALSE,
    feature: (draws) => draws.dependent(0.4),
    p: (x, y, clusters, seed) =>
      testRowFeatures([x], y, {
        ...{ clusters, seed, permutations: SAMPLES },
        rows: y.map((_, row) => `${row}`),
      })[0],
  },
];

/** The number of data sets that the table takes, for a progress bar. */
export function sizeSets(sets: number): number {
  return TESTS.reduce((sum, { designs }) => sum + designs.length, 0) * ICCS.length * sets;
}

/**
 * Simulates data sets without any relation, a data set at a step.
 *
 * @param sets The number of data sets for each cell of the table.
 */
export function* testSizes(sets: number): Steps<SizeRow[]> {
  const rows: SizeRow[] = [];
  for (const { name, designs, feature, p } of TESTS) {
    for (const design of designs) {
      const clusters = clusterOfRow(design);
      const keys = clusters.map(String);
      const all = new Shares();
      const byIcc: (readonly [string, number | undefined])[] = [];
      for (const [i, icc] of ICCS.entries()) {
        const own = new Shares();
        const draws = new ColumnDraws(clusters, i);
        for (let set = 0; set < sets; set++) {
          yield;
          const x = feature(draws, design.sizes);
          const value = p(x, draws.dependent(icc), keys, set);
          for (const shares of [own, all]) {
            shares.count(value === undefined ? undefined : value <= 0.05);
          }
        }
        byIcc.push([`${icc}`.replace("0.", "."), own.hits]);
      }
      rows.push({
        ...{ test: name, clusters: design.name, printed: all.printed },
        ...Object.fromEntries(byIcc),
      });
    }
  }
  return rows;
}
