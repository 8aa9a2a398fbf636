/** Causal tracing: how much of d a single activation of the negated sentence restores (Quantmeyer et al. 2024, section 4). */

import {
  HEAD_AT_Z,
  ID,
  LAYER_OR_EMBEDDING,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
} from "../../subject/columns.ts";
import { type Column, count, fillTable, type RowOf, table, text } from "../../tables/schema.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Table } from "../../tables/table.ts";
import type { EvaluateRow } from "../../subject/score_rows.ts";
import { patchedScores, type TracedRow, type TraceOptions } from "./patched_scores.ts";
import type { Cell, Site } from "../sweep/trace_cells.ts";

export type { TracedRow, TraceOptions } from "./patched_scores.ts";

/** The patched site. */
export const SITE: Column<Site> = text(
  "`resid` (residual stream), `resid_mid`, `attn_out`, `mlp_out` or `z` (one head's mixed values).",
);

/** effects.csv. */
export const EFFECTS = table(
  "effects",
  "One row for each patched activation of each traced row. In the rephrased protocol some are exact by the method: 0 before the negator and, at the last layer, everywhere but at the end token; d (CTE 1) for the negator at layer 0 and the end token at the last layer.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    site: SITE,
    layer: LAYER_OR_EMBEDDING,
    head: HEAD_AT_Z,
    position: count("Position in the negated sentence, from 0."),
    role: ROLE,
    token: text("The token as text, without the end-of-word mark."),
    effect: numberOrNone(
      "logit",
      "d*, the part of d that the patch restores: S(caption) - S(patched) where the foil is negated, S(patched) - S(foil) where the caption is; empty for a token without a counterpart.",
    ),
    cte: numberOrNone("", "effect / d; empty where d is 0."),
  },
);

/** A row of effects.csv: one activation of one row patched. */
export type EffectRow = RowOf<typeof EFFECTS>;

/**
 * Traces every row at every layer and position.
 *
 * Runs once per distinct sentence pair; effects that the method fixes are written exactly: 0 where nothing changes, d where all does.
 *
 * @param text The text tower.
 * @param rows The rows.
 * @param options The site and the images.
 * @returns effects.csv in the order row, layer, head, position.
 */
export async function traceRows(
  text: TextTower,
  rows: readonly TracedRow[],
  options: TraceOptions,
): Promise<Table<EffectRow>> {
  const { site } = options;
  const patched = await patchedScores(text, rows, options);
  return effectsTable(
    rows.flatMap(({ scores, pair }, row) =>
      patched[row]!.cells.map((cell): EffectRow => {
        const effect = effectOf(cell, scores, patched[row]!.scores.get(cell));
        return {
          id: scores.id,
          negation: scores.negation,
          segment: scores.segment,
          site,
          layer: cell.layer,
          head: cell.head,
          position: cell.position,
          role: pair.roles[cell.position]!,
          token: pair.negated.tokens[cell.position]!,
          effect,
          cte: effect === undefined || scores.d === 0 ? undefined : effect / scores.d,
        };
      })
    ),
  );
}

/** effects.csv of some rows. */
export function effectsTable(rows: readonly EffectRow[]): Table<EffectRow> {
  return fillTable(EFFECTS, rows);
}

/** d* of a cell: S(patched) - S(foil) where the caption is negated, S(caption) - S(patched) where the foil is. */
function effectOf(
  cell: Cell,
  scores: EvaluateRow,
  patched: number | undefined,
): number | undefined {
  switch (cell.kind) {
    case "none":
      return undefined;
    case "zero":
      return 0;
    case "full":
      return scores.d;
    case "run":
      return scores.negation === "caption" ? patched! - scores.s_foil : scores.s_caption - patched!;
  }
}
