/** The tables of shares: those of each row, and what share of d a role holds over the rows of a group. */

import { NEGATIONS } from "../../data/pairs.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import { ClusterBootstrap } from "../../stats/intervals/bootstrap.ts";
import { isDetermined } from "../../stats/intervals/determined.ts";
import { withoutBounds } from "../../stats/intervals/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { clusterOf, type StatisticsOptions } from "../../subject/clusters.ts";
import {
  high,
  ID,
  LAYER_OR_EMBEDDING,
  low,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../../subject/columns.ts";
import { SCORE_NOISE } from "../../subject/effects/noise.ts";
import { type Segment, SEGMENTS } from "../../subject/score.ts";
import type { EvaluateRow } from "../../subject/score_rows.ts";
import { count, fillOnRequest, fillTable, number, type RowOf, table } from "../../tables/schema.ts";
import type { Table } from "../../tables/table.ts";
import type { MeasuredShares } from "./measure.ts";

/** shares.csv. */
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
export type ShareRow = RowOf<typeof SHARES>;

/** shares_summary.csv. */
export const SHARES_SUMMARY = table(
  "shares_summary",
  "One row for each layer and role in a group of rows. The shares of a group and layer sum to 1.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    layer: LAYER_OR_EMBEDDING,
    role: ROLE,
    n: count("Number of rows that have the role.", "rows"),
    share: numberOrNone(
      "",
      "The sum of the role's shares, divided by the sum of d over all rows of the group; 0 if no share exceeds the rounding error of S, 1e-4. Empty where the 95 % interval of the mean d includes 0 or, with too few clusters for an interval, where d is positive in some rows and negative in others.",
    ),
    low: low(""),
    high: high(""),
  },
);

/** A row of shares_summary.csv: the share of d that a role holds at a layer in a group of rows. */
export type ShareSummaryRow = RowOf<typeof SHARES_SUMMARY>;

/** A row of the data with its shares. */
export interface SharedRow {
  /** Its scores. */
  readonly scores: EvaluateRow;
  /** Its shares. */
  readonly measured: MeasuredShares;
}

/** The tables of the shares. */
export type SharesTables = {
  /** shares.csv. */
  readonly shares: Table<ShareRow>;
  /** shares_summary.csv. */
  readonly summary: Table<ShareSummaryRow>;
};

/**
 * Makes both tables, in steps.
 *
 * @param rows The rows.
 * @param options The seed for the intervals, which resample clusters.
 * @returns shares.csv in the order row, layer, role, and shares_summary.csv in the order side, segment, layer, role.
 */
export function* sharesSteps(
  rows: readonly SharedRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<SharesTables> {
  const summary: ShareSummaryRow[] = [];
  for (const negation of NEGATIONS) {
    const side = rows.filter(({ scores }) => scores.negation === negation);
    for (const segment of [...SEGMENTS, "all"] as const) {
      const own = side.filter(({ scores }) => segment === "all" || scores.segment === segment);
      if (own.length > 0) summary.push(...yield* summarize(own, { segment, seed, cluster }));
    }
  }
  return {
    shares: fillOnRequest(SHARES, () => rows.values().flatMap(linesOf)),
    summary: fillTable(SHARES_SUMMARY, summary),
  };
}

/** The lines of a row in shares.csv, in the order layer, role. */
function* linesOf({ scores, measured: { roles, shares } }: SharedRow): Generator<ShareRow> {
  const { id, negation, segment } = scores;
  for (const [i, share] of shares.entries()) {
    const layer = Math.floor(i / roles.length);
    yield { id, negation, segment, layer, role: roles[i % roles.length]!, share };
  }
}

/** Divides the sum of each role's shares by that of d; a row without the role has a share of 0. */
function* summarize(
  rows: readonly SharedRow[],
  { segment, seed, cluster }: StatisticsOptions & { readonly segment: Segment | "all" },
): Steps<ShareSummaryRow[]> {
  const keys = rows.map(({ scores }) => clusterOf(scores, cluster));
  using bootstrap = new ClusterBootstrap(keys, { seed });
  yield* bootstrap.draw();
  const ds = Float64Array.from(rows, ({ scores: { d } }) => d);
  const isKnown = isDetermined(bootstrap.mean([...ds]), ds);
  const present = new Map<Role, number>();
  for (const { measured: { roles } } of rows) {
    for (const role of roles) present.set(role, (present.get(role) ?? 0) + 1);
  }
  const roles = ROLES.filter((role) => present.has(role));
  const { negation } = rows[0]!.scores;
  const made: ShareSummaryRow[] = [];
  for (let layer = 0; layer < layersOf(rows[0]!); layer++) {
    yield;
    const columns = roles.map((role) => withoutNoise(rows.map((row) => shareOf(row, layer, role))));
    const statistic = bootstrap.sums([ds, ...columns]);
    for (const [i, role] of roles.entries()) {
      const { estimate, low, high } = isKnown
        ? statistic((sums) => sums[i + 1]! / sums[0]!, { weights: ds })
        : withoutBounds(undefined);
      const n = present.get(role)!;
      made.push({ negation, segment, layer, role, n, share: estimate, low, high });
    }
  }
  return made;
}

/** The number of layers, that of the embeddings included. */
function layersOf({ measured: { roles, shares } }: SharedRow): number {
  return shares.length / roles.length;
}

function shareOf({ measured: { roles, shares } }: SharedRow, layer: number, role: Role): number {
  const place = roles.indexOf(role);
  return place === -1 ? 0 : shares[layer * roles.length + place]!;
}

/** Shares that are all within the rounding error of S are 0: their sum would look like a share of the same sign in all rows. */
function withoutNoise(shares: readonly number[]): Float64Array {
  const isRounding = shares.every((share) => Math.abs(share) <= SCORE_NOISE);
  return isRounding ? new Float64Array(shares.length) : Float64Array.from(shares);
}
