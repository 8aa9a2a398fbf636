/** How many independent rows would say as much as rows that come in clusters. */

// @ts-types="../jstat.d.ts"
import jstat from "jstat";
import { areEnough, effectiveClusters } from "../effective_clusters.ts";

/**
 * The number of independent rows that give the mean of the rows' values the variance that it has over clusters: at least the effective number
 * of clusters, which it is too if the rows do not differ, and at most the number of rows. Undefined with too few effective clusters.
 *
 * @param values The value of each row.
 * @param spread The variance of one row's value.
 */
export function independentRows(
  values: readonly number[],
  { clusters, mean, spread, level }: {
    readonly clusters: readonly string[];
    readonly mean: number;
    readonly spread: number;
    readonly level: number;
  },
): number | undefined {
  const groups = [...Map.groupBy(values.keys(), (row) => clusters[row]!).values()].map((rows) => (
    { rows: rows.length, sum: rows.reduce((sum, row) => sum + values[row]!, 0) }
  ));
  const effective = effectiveClusters(groups.map(({ rows }) => rows));
  if (!areEnough(effective)) return undefined;
  if (spread === 0) return effective;
  const squares = groups.reduce(
    (total, { rows, sum }) => total + ((sum - mean * rows) / (values.length - rows)) ** 2,
    0,
  );
  const variance = squares * (groups.length - 1) / groups.length;
  const z = jstat.normal.inv((1 + level) / 2, 0, 1);
  const t = jstat.studentt.inv((1 + level) / 2, effective - 1);
  return Math.min(values.length, Math.max(effective, spread / variance * (z / t) ** 2));
}
