/** effects.csv: the effect of each patched activation of each row. */

import type { Column, Table } from "../../tables/table.ts";
import { count, fillTable, type RowOf, table, text } from "../../tables/schema.ts";
import {
  HEAD_AT_Z,
  ID,
  LAYER_OR_EMBEDDING,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
} from "../../subject/columns.ts";
import type { Site } from "../sweep/trace_cells.ts";

/** The patched site. */
export const SITE: Column<Site> = text(
  "`resid` (residual stream), `resid_mid`, `attn_out`, `mlp_out` or `z` (one head's mixed values).",
);

/** effects.csv. */
export const EFFECTS = table(
  "effects",
  "One row for each patched activation of each traced row. In the rephrased protocol the method fixes some effects exactly: 0 before the negator and, at the last layer, everywhere except at the end token; d (CTE 1) for the negator at layer 0 and for the end token at the last layer.",
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
      "d*, the part of d that the patch restores: S(caption) - S(patched) if the foil is negated, S(patched) - S(foil) if the caption is; empty for a token without a counterpart.",
    ),
    cte: numberOrNone("", "The effect divided by d; empty if d is 0."),
  },
);

/** A row of effects.csv: one patched activation of one row. */
export type EffectRow = RowOf<typeof EFFECTS>;

/** Makes effects.csv from its rows. */
export function effectsTable(rows: readonly EffectRow[]): Table<EffectRow> {
  return fillTable(EFFECTS, rows);
}
