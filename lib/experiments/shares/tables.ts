/** The tables of shares: those of each row, and what share of d a role holds over the rows of a group. */

import { type Role, ROLES } from "../../data/roles.ts";
import type { Steps } from "../../stats/steps.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import {
  ID,
  LAYER_OR_EMBEDDING,
  NEGATION,
  ROLE,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../../study/columns.ts";
import { meanEffects } from "../../study/effects/mean_effects.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import type { EvaluateRow, Segment } from "../../study/rows/score_rows.ts";
import { columnValues } from "../../tables/estimates.ts";
import {
  count,
  fillOnRequest,
  fillTable,
  number,
  type Row,
  type Table,
  table,
} from "../../tables/table.ts";
import type { MeasuredShares } from "./measure.ts";
import type { Negation } from "../../data/pairs.ts";

export const SHARES = table(
  "shares",
  "One row for each row of the data, layer of the residual stream, and role from the negator on. The shares of a row and layer sum to its d.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    layer: LAYER_OR_EMBEDDING,
    role: ROLE,
    share: number(
      "logit",
      "The Shapley value of the role's positions: what the negated sentence's residual stream there adds to d, averaged over all orders in which the roles can be patched. The method fixes that it is all the negator's at layer 0, and all the end token's at the last.",
    ),
  },
);

/** A row of shares.csv: what one role of one row holds of d at a layer. */
export type ShareRow = Row<
  { id: string; negation: Negation; segment: Segment; role: Role },
  "layer" | "share"
>;

const HELD = { table: "shares", column: "share" };

const EFFECT = effect(
  "mean_effect",
  "",
  "Mean of `share` in shares.csv over all rows of the group; those of a layer add up to the mean d.",
  { meanOf: HELD, control: { of: { ...columnValues(HELD), without: 0 } } },
);

export const SHARES_SUMMARY = table(
  "shares_summary",
  "One row for each layer and role in a group of rows. The shares of a group and layer sum to 1.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    layer: LAYER_OR_EMBEDDING,
    role: ROLE,
    n: count("Number of rows that have the role; those without it hold nothing there.", "rows"),
    ...EFFECT.columns,
  },
);

/** A row of shares_summary.csv: the share of d that a role holds at a layer in a group of rows. */
export type ShareSummaryRow = Row<
  { negation: Negation; segment: Segment | "all"; role: Role },
  "layer" | "n",
  EffectNames<"mean_effect", "">
>;

export interface SharedRow {
  readonly scores: EvaluateRow;
  readonly measured: MeasuredShares;
}

export type SharesTables = {
  readonly shares: Table<ShareRow>;
  readonly summary: Table<ShareSummaryRow>;
};

export function* sharesSteps(
  rows: readonly SharedRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<SharesTables> {
  const present = new Set(rows.flatMap(({ measured: { roles } }) => roles));
  const roles = ROLES.filter((role) => present.has(role));
  const layers = rows.length === 0 ? 0 : layersOf(rows[0]!);
  const lines = rows.map((row) => ({
    scores: row.scores,
    count: layers * roles.length,
    line: (place: number) => {
      const layer = Math.floor(place / roles.length);
      const role = roles[place % roles.length]!;
      return { layer, role, effect: shareOf(row, layer, role) };
    },
  }));
  const means = yield* meanEffects(lines, {
    effects: { held: ({ effect }) => effect },
    seed,
    cluster,
  });
  const summary = means.flatMap(({ negation, segment, line, means: { held } }) => {
    const { layer, role } = line;
    const n = rows.filter(({ scores, measured }) =>
      scores.negation === negation && (segment === "all" || scores.segment === segment) &&
      measured.roles.includes(role)
    ).length;
    return n === 0 ? [] : [{ negation, segment, layer, role, n, ...EFFECT.cells(held) }];
  });
  return {
    shares: fillOnRequest(SHARES, () => rows.values().flatMap(linesOf)),
    summary: fillTable(SHARES_SUMMARY, summary),
  };
}

function* linesOf({ scores, measured: { roles, shares } }: SharedRow): Generator<ShareRow> {
  const { id, negation, segment } = scores;
  for (const [i, share] of shares.entries()) {
    const layer = Math.floor(i / roles.length);
    yield { id, negation, segment, layer, role: roles[i % roles.length]!, share };
  }
}

/** The number of layers, that of the embeddings included. */
function layersOf({ measured: { roles, shares } }: SharedRow): number {
  return shares.length / roles.length;
}

/** What a role holds at a layer: 0 in a row without it. */
function shareOf({ measured: { roles, shares } }: SharedRow, layer: number, role: Role): number {
  const place = roles.indexOf(role);
  return place === -1 ? 0 : shares[layer * roles.length + place]!;
}
