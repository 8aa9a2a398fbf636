/** Causal tracing: how much of d a single activation of the negated sentence restores (Quantmeyer et al. 2024, section 4). */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { Negation } from "../../data/pairs.ts";
import type { Role } from "../../data/roles.ts";
import type { Table } from "../../tables/table.ts";
import type { EvaluateRow } from "../evaluate/evaluate.ts";
import { patchedScores, type TracedRow, type TraceOptions } from "./patched_scores.ts";
import type { Segment } from "../../subject/score.ts";
import type { Cell, Site } from "../sweep/trace_cells.ts";

export type { TracedRow, TraceOptions } from "./patched_scores.ts";

/** A row of effects.csv: one activation of one row patched. */
export interface EffectRow {
  /** The row's id in the data file. */
  readonly id: string;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** How clearly the model prefers the caption. */
  readonly segment: Segment;
  /** Where in a block the patched activation stands. */
  readonly site: Site;
  /** 0 for the embeddings, else the block's number from 1. */
  readonly layer: number;
  /** From 1, at site z only. */
  readonly head: number | undefined;
  /** Position in the negated sentence, from 0. */
  readonly position: number;
  /** The token's role in the negated sentence. */
  readonly role: Role;
  /** The token as text. */
  readonly token: string;
  /** d*, the part of d that the patch restores; empty where the token has no counterpart. */
  readonly effect: number | undefined;
  /** effect / d; empty where d is 0 too. */
  readonly cte: number | undefined;
}

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
  return {
    name: "effects",
    columns: [
      "id",
      "negation",
      "segment",
      "site",
      "layer",
      "head",
      "position",
      "role",
      "token",
      "effect",
      "cte",
    ],
    rows,
  };
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
