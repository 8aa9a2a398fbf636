/** attribution_waterfall.csv: the way from the affirmative to the negated score, block by block. */

import { N, NEGATION, SEGMENT_OR_ALL } from "../../study/columns.ts";
import { count, fillTable, key, number, optional, table, text } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import { mean } from "../../stats/quantile.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { type MeanEffects, meanEffects, type RowLines } from "../../study/effects/mean_effects.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import { signOf } from "../../study/effects/sign.ts";
import type { Steps } from "../../stats/steps.ts";
import { type AttributedRow, headsPerBlock } from "./measured.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Negation } from "../../data/pairs.ts";

/** A stretch of the way: all heads of a block, its MLP, or the norm. */
export type Stretch = "heads" | "mlp" | "norm";

const EFFECT = effect("mean_effect", "", "Mean effect on d.");

const ATTRIBUTION_WATERFALL = table(
  "attribution_waterfall",
  "One row for each block's heads together, each MLP, the norm, and group of rows, in the order of computation.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    part: key(text<Stretch>("`heads` (all of a block), `mlp` or `norm`.")),
    layer: optional(key(count("The block's number from 1; empty for the norm."))),
    n: N,
    ...EFFECT.columns,
    s_before: number(
      "logit",
      "Mean S of the affirmative sentence and the changes by all parts before this one; of the first part the mean S of the affirmative sentence.",
    ),
    s_after: number(
      "logit",
      "The same with this part's change, which is its effect on d, or minus this if the foil is negated; of the last part the mean S of the negated sentence.",
    ),
  },
);

/** A row of attribution_waterfall.csv: one stretch in a group of rows. */
export type WaterfallRow = Row<
  { negation: Negation; segment: Segment | "all"; part: Stretch },
  "s_before" | "s_after" | "n",
  "layer" | EffectNames<"mean_effect", "">
>;

interface StretchEffect {
  readonly part: Stretch;
  readonly layer: number | undefined;
  readonly effect: number;
}

export function* waterfallSteps(
  rows: readonly AttributedRow[],
  options: StatisticsOptions,
): Steps<Table<WaterfallRow>> {
  const lines = rows.map(stretchLines);
  const means = yield* meanEffects(lines, {
    effects: { stretch: ({ effect }) => effect },
    ...options,
  });
  const made: WaterfallRow[] = [];
  for (
    const group of Map.groupBy(means, ({ negation, segment }) => `${negation} ${segment}`).values()
  ) {
    made.push(...ofGroup(group, lines));
  }
  return fillTable(ATTRIBUTION_WATERFALL, made);
}

function ofGroup(
  group: readonly MeanEffects<StretchEffect, "stretch">[],
  lines: readonly RowLines<StretchEffect>[],
): WaterfallRow[] {
  const { negation, segment } = group[0]!;
  const ofRows = lines.filter(({ scores }) =>
    scores.negation === negation && (segment === "all" || scores.segment === segment)
  );
  const sign = signOf(negation);
  let s = mean(ofRows.map(({ scores: { s_caption, s_foil } }) => sign === 1 ? s_foil : s_caption))!;
  return group.map(({ n, line: { part, layer }, means: { stretch } }, place): WaterfallRow => {
    const s_before = s;
    s += sign * mean(ofRows.map(({ line }) => line(place).effect))!; // not the estimate, which is 0 within rounding
    return { negation, segment, part, layer, n, ...EFFECT.cells(stretch), s_before, s_after: s };
  });
}

/** The lines of a row: heads and MLP block by block, then the norm. */
function stretchLines({ scores, measured }: AttributedRow): RowLines<StretchEffect> {
  const { heads, mlps, norm } = measured;
  const size = headsPerBlock(measured);
  const line = (place: number): StretchEffect => {
    const block = Math.floor(place / 2);
    if (block === mlps.length) return { part: "norm", layer: undefined, effect: norm };
    const layer = block + 1;
    if (place % 2 === 1) return { part: "mlp", layer, effect: mlps[block]! };
    const ofBlock = heads.slice(block * size, layer * size);
    return { part: "heads", layer, effect: ofBlock.reduce((sum, x) => sum + x, 0) };
  };
  return { scores, count: 2 * mlps.length + 1, line };
}
