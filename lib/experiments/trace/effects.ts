/** effects.csv: the effect of each patched activation of each row. */

import {
  type Column,
  count,
  fillOnRequest,
  key,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import {
  HEAD_AT_Z,
  ID,
  LAYER_OR_EMBEDDING,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
} from "../../study/columns.ts";
import type { Role } from "../../data/align.ts";
import type { EvaluateRow, Segment } from "../../study/rows/score_rows.ts";
import { type Direction, DIRECTIONS, firstLayer, type MeanDirection, type Site } from "./cells.ts";
import type { Negation } from "../../data/pairs.ts";

export const SITE: Column<Site> = key(text(
  "`resid` (residual stream), `resid_mid`, `attn_out`, `mlp_out` or `z` (one head's mixed values).",
));

export const DIRECTION: Column<Direction> = key(text(
  "`denoise`: the negated sentence's value is put into the run of the affirmative one; `noise`: the affirmative sentence's value into the run of the negated one.",
));

export const EFFECTS = table(
  "effects",
  "One row for each patched activation of each traced row. In the rephrased protocol the method fixes some effects exactly: 0 before the negator if attention is causal and, at the last layer, everywhere except where the embedding is made (the end token, in padded sentences the last position); d (CTE 1) for the negator at layer 0 and for that position at the last layer.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    site: SITE,
    direction: DIRECTION,
    layer: LAYER_OR_EMBEDDING,
    head: HEAD_AT_Z,
    position: key(count("Position in the negated sentence, from 0.")),
    role: ROLE,
    token: text("The token as text, without the end-of-word mark."),
    effect: numberOrNone(
      "logit",
      "d*, the part of d that the patch restores (`denoise`) or removes (`noise`). With a negated foil S(caption) - S(patched) if restored, S(patched) - S(foil) if removed; the other way round with a negated caption. Empty for a token without a counterpart.",
    ),
    cte: numberOrNone("", "The effect divided by d; empty if d is 0."),
  },
);

/** A row of effects.csv: one patched activation of one row. */
export type EffectRow = Row<
  {
    id: string;
    negation: Negation;
    segment: Segment;
    site: Site;
    direction: Direction;
    role: Role;
    token: string;
  },
  "layer" | "position",
  "head" | "effect" | "cte"
>;

/** What is measured for a row: its effects, in a form that takes little memory and that JSON keeps. */
export interface TracedRow {
  /** The role of each position of the negated sentence. */
  readonly roles: readonly Role[];
  readonly tokens: readonly string[];
  /** Patched heads of a block: those of a block at site `z`, otherwise 1. */
  readonly heads: number;
  readonly effects: Readonly<Partial<Record<MeanDirection, DirectedEffects>>>;
}

/** Effects of one direction in the order layer, head, position; null for a token without a counterpart. */
export type DirectedEffects = readonly (number | null)[];

export interface TracedScores {
  readonly scores: Pick<EvaluateRow, "id" | "negation" | "segment" | "d">;
  readonly traced: TracedRow;
  /** What the intervals keep together with the row, such as its sentence pair. */
  readonly cluster: string;
}

/** effects.csv of traced rows. Its rows are made on request: a row of the data has dozens, at site `z` hundreds. */
export function tracedEffects(rows: readonly TracedScores[], site: Site): Table<EffectRow> {
  return fillOnRequest(EFFECTS, function* () {
    for (const row of rows) yield* effectRowsOf(row, site);
  });
}

function* effectRowsOf(
  { scores: { id, negation, segment, d }, traced }: TracedScores,
  site: Site,
): Generator<EffectRow> {
  const { roles, tokens, heads } = traced;
  for (const direction of DIRECTIONS) {
    for (const [i, known] of (traced.effects[direction] ?? []).entries()) {
      const position = i % roles.length;
      const effect = known ?? undefined;
      yield {
        id,
        negation,
        segment,
        site,
        direction,
        ...placeAt(Math.floor(i / roles.length), { site, heads }),
        position,
        role: roles[position]!,
        token: tokens[position]!,
        effect,
        cte: effect === undefined || d === 0 ? undefined : effect / d,
      };
    }
  }
}

/** The layer and, at site `z`, the head of a place among those that were traced. */
export function placeAt(
  place: number,
  { site, heads }: { readonly site: Site; readonly heads: number },
) {
  return {
    layer: firstLayer(site) + Math.floor(place / heads),
    head: site === "z" ? place % heads + 1 : undefined,
  };
}
