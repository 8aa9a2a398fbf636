/** peaks.csv: each row's largest effects. */

import { isLarge, LEAST_EFFECT } from "../../study/effects/peak_runs.ts";
import { ID, LAYER_OR_EMBEDDING, NEGATION, SEGMENT } from "../../study/columns.ts";
import { fillTable, key, number, optional, table, text } from "../../tables/schema.ts";
import { DIRECTION, type EffectRow } from "./effects.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Row, Table } from "../../tables/table.ts";
import { mean } from "../../stats/quantile.ts";
import type { Steps } from "../../stats/steps.ts";
import type { Direction } from "./direction.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Negation } from "../../data/pairs.ts";

const PEAKS = table(
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

/** Finds the role with the largest absolute CTE for every row, direction and layer; roles that tie have a line each. */
export function* peakSteps(effects: Iterable<EffectRow>): Steps<Table<PeakRow>> {
  const peaks: PeakRow[] = [];
  let ofRow: EffectRow[] = [];
  for (const row of effects) {
    if (ofRow.length > 0 && ofRow[0]!.id !== row.id) {
      addPeaks(ofRow, peaks);
      ofRow = [];
      yield;
    }
    ofRow.push(row);
  }
  addPeaks(ofRow, peaks);
  return fillTable(PEAKS, peaks);
}

function addPeaks(effects: readonly EffectRow[], peaks: PeakRow[]): void {
  const groups = Map.groupBy(effects, ({ direction, layer }) => `${direction} ${layer}`);
  for (const ofLayer of groups.values()) {
    const { id, negation, segment, direction, layer } = ofLayer[0]!;
    const place = { id, negation, segment, direction, layer };
    const byRole = ROLES.flatMap((role) => {
      const heads = Map.groupBy(ofLayer.filter((row) => row.role === role), ({ head }) => head);
      const means = [...heads.values()].flatMap(meanCte);
      return means.length === 0 ? [] : [{ role, cte: means.reduce(larger) }];
    });
    if (byRole.length === 0) continue;
    const cte = byRole.map((ofRole) => ofRole.cte).reduce(larger);
    const tied = byRole.filter((ofRole) => Math.abs(ofRole.cte) === Math.abs(cte));
    const named = isLarge({ cte }) ? tied : [{ role: undefined, cte }];
    peaks.push(...named.map((peak) => ({ ...place, ...peak })));
  }
}

/** The number that is farther from 0; the first of two that are equally far. */
function larger(a: number, b: number): number {
  return Math.abs(b) > Math.abs(a) ? b : a;
}

/** The mean CTE of those of some tokens that have one; none if none has. */
function meanCte(tokens: readonly EffectRow[]): number[] {
  const known = tokens.flatMap(({ cte }) => cte ?? []);
  return known.length === 0 ? [] : [mean(known)!];
}
