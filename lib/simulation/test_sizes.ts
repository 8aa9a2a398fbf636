/** How often tests reject a true null hypothesis. */

import { testRowFeatures } from "../stats/p_values/permutation.ts";
import { testClusterFeatures } from "../stats/p_values/wild_bootstrap.ts";
import { equalClusters, VALSE } from "./designs.ts";
import type { Drawn, Simulation } from "./simulate.ts";

const SAMPLES = 399;

/** Whether the wild bootstrap rejects that a feature goes with y. */
function rejects(feature: (drawn: Drawn) => number[]): Simulation["isHit"] {
  return (drawn) => {
    const x = feature(drawn);
    const y = drawn.draws.dependent(drawn.icc);
    const options = { clusters: drawn.keys, seed: drawn.set, samples: SAMPLES };
    return isSmall(testClusterFeatures([x], y, options)[0]);
  };
}

function isSmall(p: number | undefined): boolean | undefined {
  return p === undefined ? undefined : p <= 0.05;
}

/** The rows of the table of tests: how often p <= .05 without any relation. */
export const TESTS: readonly Simulation[] = [
  {
    name: "wild bootstrap, normal feature of a pair",
    designs: [...VALSE, equalClusters(6, 3), equalClusters(12, 3), equalClusters(30, 3)],
    isHit: rejects(({ draws }) => draws.ofClusters(() => draws.normal())),
  },
  {
    name: "wild bootstrap, feature that goes with the pair's size",
    designs: VALSE,
    isHit: rejects(({ draws, sizes }) =>
      draws.ofClusters((cluster) => Math.log(sizes[cluster]!) + 0.6 * draws.normal())
    ),
  },
  {
    name: "wild bootstrap, feature of two values",
    designs: [equalClusters(6, 3), equalClusters(8, 3), equalClusters(12, 3)],
    isHit: rejects(({ draws }) => draws.ofClusters((cluster) => cluster % 2)),
  },
  {
    name: "permutation of rows, feature of a row",
    designs: VALSE,
    isHit: ({ draws, keys, icc, set }) => {
      const x = draws.dependent(0.4);
      const y = draws.dependent(icc);
      const rows = y.map((_, row) => `${row}`);
      const options = { clusters: keys, rows, seed: set, permutations: SAMPLES };
      return isSmall(testRowFeatures([x], y, options)[0]);
    },
  },
];
