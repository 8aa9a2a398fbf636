/** How many independent rows would say as much as rows that come in clusters. */

// @ts-types="../jstat.d.ts"
import jstat from "jstat";

/** A cluster's rows, and the sum of their values. */
export interface ClusterSum {
  readonly rows: number;
  readonly hits: number;
}

/**
 * The number of independent rows that give the mean of the rows' values the variance that it has over clusters: at least the effective number
 * of clusters, which it is too if the rows do not differ, and at most the number of rows.
 */
export function independentRows(
  groups: readonly ClusterSum[],
  { rows, mean, spread, effective, level }: {
    readonly rows: number;
    readonly mean: number;
    /** The variance of one row's value. */
    readonly spread: number;
    /** The effective number of clusters. */
    readonly effective: number;
    readonly level: number;
  },
): number {
  if (spread === 0) return effective;
  const squares = groups.reduce(
    (sum, group) => sum + ((group.hits - mean * group.rows) / (rows - group.rows)) ** 2,
    0,
  );
  const variance = squares * (groups.length - 1) / groups.length;
  const z = jstat.normal.inv((1 + level) / 2, 0, 1);
  const t = jstat.studentt.inv((1 + level) / 2, effective - 1);
  return Math.min(rows, Math.max(effective, spread / variance * (z / t) ** 2));
}
