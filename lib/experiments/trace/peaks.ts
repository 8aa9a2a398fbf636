/** peaks.csv: each row's largest effects. */

import { ID, LAYER_OR_EMBEDDING, NEGATION, SEGMENT } from "../../subject/columns.ts";
import { fillTable, number, type RowOf, table, text } from "../../tables/schema.ts";
import { type EffectRow, forEachEffect } from "./effects.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Table } from "../../tables/table.ts";
import { finish, type Steps } from "../../stats/steps.ts";

/** peaks.csv. */
export const PEAKS = table(
  "peaks",
  "The role with the largest effect: one row for each traced row and layer.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    layer: LAYER_OR_EMBEDDING,
    role: text<Role>(
      "The role with the largest CTE; a role's CTE is the mean over its tokens and, at site `z`, the largest over heads. Ties go to the earlier role.",
    ),
    cte: number("", "The CTE of that role."),
  },
);

/** A row of peaks.csv: the role with the largest CTE of one row at one layer. */
export type PeakRow = RowOf<typeof PEAKS>;

/**
 * Finds the role with the largest CTE for every row and layer; ties go to the earlier role.
 *
 * @param effects Rows of effects.csv, those of a row of the data one after the other.
 * @returns peaks.csv in the order of the effects' rows, then by layer.
 */
export function findPeaks(effects: Iterable<EffectRow>): Table<PeakRow> {
  return finish(peakSteps(effects));
}

/**
 * Finds peaks as {@linkcode findPeaks} does, in steps.
 *
 * @param effects Rows of effects.csv, those of a row of the data one after the other.
 */
export function* peakSteps(effects: Iterable<EffectRow>): Steps<Table<PeakRow>> {
  const peaks: PeakRow[] = [];
  let own: EffectRow[] = [];
  yield* forEachEffect(effects, (row) => {
    if (own.length > 0 && own[0]!.id !== row.id) {
      addPeaks(own, peaks);
      own = [];
    }
    own.push(row);
  });
  addPeaks(own, peaks);
  return fillTable(PEAKS, peaks);
}

/** Adds the peak of each layer of a row of the data. */
function addPeaks(effects: readonly EffectRow[], peaks: PeakRow[]): void {
  for (const own of Map.groupBy(effects, ({ layer }) => layer).values()) {
    const { id, negation, segment, layer } = own[0]!;
    const byRole = ROLES.flatMap((role) => {
      const heads = Map.groupBy(own.filter((row) => row.role === role), ({ head }) => head);
      const means = [...heads.values()].flatMap(meanCte);
      return means.length === 0 ? [] : [{ role, cte: Math.max(...means) }];
    });
    if (byRole.length === 0) continue;
    const peak = byRole.reduce((best, next) => next.cte > best.cte ? next : best);
    peaks.push({ id, negation, segment, layer, ...peak });
  }
}

/** The mean CTE of those of some tokens that have one. */
function meanCte(tokens: readonly EffectRow[]): number[] {
  const values = tokens.flatMap(({ cte }) => cte ?? []);
  return values.length === 0 ? [] : [values.reduce((sum, x) => sum + x, 0) / values.length];
}
