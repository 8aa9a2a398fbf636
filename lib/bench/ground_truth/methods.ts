/** The methods that score nodes, and are compared with what is planted. */

import { nodeName } from "../../experiments/nodes/node.ts";
import type { Study } from "../../study/study.ts";
import { runOnce } from "./run_once.ts";

/** A method that scores nodes. */
export interface NodeMethod {
  /** What it is called in the table. */
  readonly name: string;
  /**
   * The score of each node by its name, `head 1.2` or `mlp 2`: how much it matters, 0 if not at all, whatever the direction. Nodes that it does
   * not score are left out and count as 0. Differences below {@linkcode LEAST} are ties, so effects are given as shares of d.
   *
   * @param study A model with its rows and images.
   */
  readonly scores: (study: Study) => Promise<ReadonlyMap<string, number>>;
}

/** Smaller differences of scores are rounding errors of float32. */
export const LEAST = 0.001;

/** All methods, in the order of the table's columns. A new one adds an entry. */
export const NODE_METHODS: readonly NodeMethod[] = [
  {
    name: "`attend` (selectivity)",
    async scores(study) {
      const { tables } = await runOnce(study, "attend");
      return meanByNode(
        tables.heads.rows.map((row) => ({ ...row, value: row.selectivity })),
      );
    },
  },
  {
    name: "`knockout`",
    async scores(study) {
      const { tables } = await runOnce(study, "knockout");
      return meanByNode(
        tables.knockout.rows.map((row) => ({ ...row, value: (row.d - row.d_knocked_out) / row.d })),
      );
    },
  },
  {
    name: "`trace --site z` (denoise)",
    async scores(study) {
      const { tables } = await runOnce(study, "trace", { site: "z" });
      const cells = Map.groupBy(tables.effects.rows, ({ role }) => role);
      const roles = [...cells.values()].map((rows) =>
        meanByNode(rows.map((row) => ({ ...row, value: row.cte })))
      );
      return largest(roles);
    },
  },
];

/** A value of a head in a row of the data or a group of rows; undefined where there is none. */
interface HeadValue {
  readonly layer: number;
  readonly head?: number | undefined;
  readonly value: number | undefined;
}

/** The size of each head's mean value. */
function meanByNode(values: Iterable<HeadValue>): Map<string, number> {
  const heads = Map.groupBy(
    values,
    ({ layer, head }) => nodeName({ kind: "head", layer, head: head! }),
  );
  return new Map([...heads].map(([name, own]) => {
    const known = own.flatMap(({ value }) => value === undefined ? [] : [value]);
    return [name, Math.abs(known.reduce((sum, value) => sum + value, 0) / known.length || 0)];
  }));
}

/** Each node's largest score. */
function largest(scores: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const names = new Set(scores.flatMap((own) => [...own.keys()]));
  return new Map(
    [...names].map((name) => [name, Math.max(...scores.map((own) => own.get(name) ?? 0))]),
  );
}
