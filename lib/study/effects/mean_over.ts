/** Means of a column over groups of rows, for tables of one's own. */

import type { Pair } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import type { Row, Table, TableCell } from "../../tables/table.ts";
import { type ClusterBy, clusterOf } from "../clusters.ts";

/**
 * Averages a column over groups of rows, with 95 % intervals that resample clusters of rows.
 *
 * @example The mean effect of each role by layer, over rows of both sides
 * ```ts
 * import { meanOver, show, Study } from "negscope";
 *
 * await using study = await Study.open({ limit: 20 });
 * const { effects } = (await study.run("trace")).tables;
 * const means = meanOver(effects.rows, { by: ["layer", "role"], of: "cte", pairs: study.pairs });
 * await show(means, { where: ({ role }) => role === "negator", sort: "-mean" });
 * ```
 *
 * @param rows The rows.
 * @param options The columns, and which rows belong together.
 * @returns A table with a row for each group, in the order of the rows: its columns, `n` rows with a value, their `mean`, and
 * the bounds `low` and `high` of its 95 % interval, which too few clusters do not have.
 */
export function meanOver<
  Line extends
    & { readonly [Column in Name]?: TableCell }
    & { readonly [Column in Value]?: number | undefined },
  const Name extends string,
  const Value extends string,
>(
  rows: readonly Line[],
  { by, of, pairs = [], cluster, seed = 0 }: {
    /** The columns whose values make a group. */
    readonly by: readonly Name[];
    /** The column that is averaged, over the rows that have a value. */
    readonly of: Value;
    /**
     * The rows of the data, such as `study.pairs`, which the table's column `id` names: the intervals resample their sentence pairs or nouns.
     *
     * @default {none: the intervals resample the values of `id`, or single rows without such a column}
     */
    readonly pairs?: readonly Pair[];
    /** What rows of a cluster share. @default {"pair"} */
    readonly cluster?: ClusterBy;
    /** The seed of the intervals. @default {0} */
    readonly seed?: number;
  },
): Table<Pick<Line, Name> & Row<unknown, "n", "mean" | "low" | "high">> {
  const clusters = new Map(pairs.map((pair) => [pair.id, clusterOf(pair, cluster)]));
  const clusterOfRow = (row: Line, i: number) => {
    const { id } = row as { readonly id?: string };
    return id === undefined ? `${i}` : clusters.get(id) ?? id;
  };
  const groups = Map.groupBy(rows, (row) => JSON.stringify(by.map((name) => row[name] ?? null)));
  const means = [...groups.values()].map((group) => {
    using bootstrap = new ClusterBootstrap(group.map(clusterOfRow), { seed });
    const values = group.map((row) => row[of]);
    const { estimate: mean, low, high } = bootstrap.mean(values);
    const n = values.filter((value) => value !== undefined).length;
    const cells = Object.fromEntries(by.map((name) => [name, group[0]![name]]));
    return { ...cells as Pick<Line, Name>, n, mean, low, high };
  });
  return { name: `mean_${of}`, columns: [...by, "n", "mean", "low", "high"], rows: means };
}
