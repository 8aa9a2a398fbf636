/** peaks.csv: each row's largest effects. */

import { isLarge, LEAST_EFFECT } from "../../charts/peak_runs.ts";
import { ID, LAYER_OR_EMBEDDING, NEGATION, SEGMENT } from "../../study/columns.ts";
import { fillTable, key, number, optional, table, text } from "../../tables/schema.ts";
import { DIRECTION, type EffectRow, forEachEffect } from "./effects.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Row, Table } from "../../tables/table.ts";
import { mean } from "../../stats/quantile.ts";
import { finish, type Steps } from "../../stats/steps.ts";
import type { Direction } from "./direction.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Negation } from "../../data/pairs.ts";

/** peaks.csv. */
export const PEAKS = table(
  "peaks",
  `The role with the largest effect, of either sign: one row for each traced row, direction and layer; more if roles tie. At layer 0 and, for the residual stream, at the last layer the method fixes the effects (see effects.csv), so that these peaks are no findings.`,
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    direction: DIRECTION,
    layer: LAYER_OR_EMBEDDING,
    role: optional(
      key(text<Role>(
        `The role whose CTE is largest in absolute value; a role's CTE is the mean over its tokens and, at site \`z\`, the largest of its heads in absolute value. Empty if no role reaches ${LEAST_EFFECT}.`,
      )),
    ),
    cte: number(
      "",
      "The largest CTE in absolute value, with its sign; also where `role` is empty.",
    ),
  },
);

/** A row of peaks.csv: a role with the largest CTE of one row at one layer. */
export type PeakRow = Row<
  {
    id: string;
    negation: Negation;
    segment: Segment;
    direction: Direction;
    role: Role | undefined;
  },
  "layer" | "cte"
>;

/**
 * Finds the role with the largest absolute CTE for every row, direction and layer; roles that tie have a line each.
 *
 * @param effects Rows of effects.csv, those of a row of the data one after the other.
 * @returns peaks.csv in the order of the effects' rows, then by direction and layer.
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

/** Adds the peaks of a row of the data, one for each direction and layer. */
function addPeaks(effects: readonly EffectRow[], peaks: PeakRow[]): void {
  const groups = Map.groupBy(effects, ({ direction, layer }) => `${direction} ${layer}`);
  for (const own of groups.values()) {
    const { id, negation, segment, direction, layer } = own[0]!;
    const place = { id, negation, segment, direction, layer };
    const byRole = ROLES.flatMap((role) => {
      const heads = Map.groupBy(own.filter((row) => row.role === role), ({ head }) => head);
      const means = [...heads.values()].flatMap(meanCte);
      return means.length === 0 ? [] : [{ role, cte: means.reduce(larger) }];
    });
    if (byRole.length === 0) continue;
    const cte = byRole.map((own) => own.cte).reduce(larger);
    if (!isLarge({ cte })) peaks.push({ ...place, role: undefined, cte });
    else {
      const tied = byRole.filter((own) => Math.abs(own.cte) === Math.abs(cte));
      peaks.push(...tied.map((own) => ({ ...place, ...own })));
    }
  }
}

/** The number that is farther from 0; the first of two that are equally far. */
function larger(a: number, b: number): number {
  return Math.abs(b) > Math.abs(a) ? b : a;
}

/** The mean CTE of those of some tokens that have one. */
function meanCte(tokens: readonly EffectRow[]): number[] {
  return [mean(tokens.flatMap(({ cte }) => cte ?? []))].filter((value) => value !== undefined);
}
