/** The tables of attention to the negator: per row, per head and per query role. */

import { HEAD, high, ID, LAYER, low, N, NEGATION, numberOrNone } from "../../subject/columns.ts";
import { fillOnRequest, fillTable, number, type RowOf, table, text } from "../../tables/schema.ts";
import type { Negation } from "../../data/pairs.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Table } from "../../tables/table.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { pearson } from "../../stats/correlation.ts";
import { falseDiscoveryRate } from "../../stats/false_discovery.ts";
import { clusterFeatureSteps } from "../../stats/permutation.ts";
import { finish, type Steps } from "../../stats/steps.ts";
import { differenceByRole, type HeadDifferences } from "./attend.ts";
import type { AlignedPair } from "../../subject/prepare.ts";

/** attention.csv. */
export const ATTENTION = table("attention", "One row for each row and head.", {
  id: ID,
  negation: NEGATION,
  layer: LAYER,
  head: HEAD,
  max_difference: number(
    "share",
    "Largest A_negated[query, negator] - A_affirmative[query, twin] over queries after the negator, -1 to 1; attention from or to a missing twin counts as 0.",
  ),
});

/** A row of attention.csv: one head of one row. */
export type AttentionRow = RowOf<typeof ATTENTION>;

/** heads.csv. */
export const HEADS = table(
  "heads",
  "One row for each head and side, over all rows of the side in all segments.",
  {
    negation: NEGATION,
    layer: LAYER,
    head: HEAD,
    n: N,
    selectivity: numberOrNone("share", "Mean of `max_difference`."),
    selectivity_low: low("share"),
    selectivity_high: high("share"),
    correlation_with_d: numberOrNone(
      "",
      "Pearson's r of `max_difference` with d over rows; empty without images.",
    ),
    p_value: numberOrNone(
      "",
      "Two-sided p-value of r, from 9,999 permutations among sentence pairs.",
    ),
    q_value: numberOrNone(
      "",
      "The p-value adjusted over all heads of the side (Benjamini and Hochberg 1995).",
    ),
  },
);

/** A row of heads.csv: one head over all rows of a side. */
export type HeadRow = RowOf<typeof HEADS>;

/** head_roles.csv. */
export const HEAD_ROLES = table(
  "head_roles",
  "One row for each side, head and role of the query.",
  {
    negation: NEGATION,
    layer: LAYER,
    head: HEAD,
    role: text<Role>("The role of the query."),
    n: N,
    attention_difference: number(
      "share",
      "For each row, the largest difference over the role's tokens, or 0 if the row has none; the mean of these over all rows.",
    ),
  },
);

/** A row of head_roles.csv: one head's attention from one role of queries. */
export type HeadRoleRow = RowOf<typeof HEAD_ROLES>;

/** A row whose attention was compared. */
export interface AttendedRow {
  /** The row's id in the data file. */
  readonly id: string;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** S(caption) - S(foil), if there are images. */
  readonly d: number | undefined;
  /** The row's sentence pair. */
  readonly pair: Pick<AlignedPair, "key" | "roles">;
  /** The heads of the pair, as {@linkcode attendPairs} returns them. */
  readonly heads: readonly HeadDifferences[];
}

/**
 * Averages the attention to the negator over the rows of each side, in all segments (method of Quantmeyer et al. 2024, section
 * 5).
 *
 * @param rows The rows.
 * @param options The seed for intervals and permutations.
 * @returns attention.csv in the order of the rows; heads.csv and head_roles.csv, foil-negated first, by layer and head.
 */
export function attentionTables(
  rows: readonly AttendedRow[],
  options: { readonly seed: number },
): AttentionTables {
  return finish(attentionSteps(rows, options));
}

/** The tables of attention to the negator. */
export type AttentionTables = {
  /** attention.csv. */
  readonly attention: Table<AttentionRow>;
  /** heads.csv. */
  readonly heads: Table<HeadRow>;
  /** head_roles.csv. */
  readonly headRoles: Table<HeadRoleRow>;
};

/**
 * Averages as {@linkcode attentionTables} does, in steps.
 *
 * @param rows The rows.
 * @param options The seed for intervals and permutations.
 */
export function* attentionSteps(
  rows: readonly AttendedRow[],
  options: { readonly seed: number },
): Steps<AttentionTables> {
  const roles: HeadRoleRow[] = [];
  for (const { negation, own } of sidesOf(rows)) roles.push(...yield* headRoleRows(negation, own));
  return {
    attention: fillOnRequest(ATTENTION, function* () {
      for (const { id, negation, heads } of rows) {
        for (const { layer, head, largest } of heads) {
          yield { id, negation, layer, head, max_difference: largest };
        }
      }
    }),
    heads: yield* selectivitySteps(rows, options),
    headRoles: fillTable(HEAD_ROLES, roles),
  };
}

/**
 * Makes heads.csv, as {@linkcode attentionTables} does, in steps.
 *
 * @param rows The rows.
 * @param options The seed for intervals and permutations.
 */
export function* selectivitySteps(
  rows: readonly AttendedRow[],
  { seed }: { readonly seed: number },
): Steps<Table<HeadRow>> {
  const heads: HeadRow[] = [];
  for (const { negation, own } of sidesOf(rows)) {
    heads.push(...yield* headRows(negation, own, seed));
  }
  return fillTable(HEADS, heads);
}

/** The rows of each side that has any. */
function sidesOf(rows: readonly AttendedRow[]) {
  return (["foil", "caption"] as const).flatMap((negation) => {
    const own = rows.filter((row) => row.negation === negation);
    return own.length === 0 ? [] : [{ negation, own }];
  });
}

/**
 * Finds the layer of the most selective head.
 *
 * @param rows Rows of heads.csv.
 * @returns The layer's number, from 1; of equally selective heads the first counts. Without rows, 1.
 */
export function mostSelectiveLayer(rows: readonly HeadRow[]): number {
  const [first, ...others] = rows;
  if (first === undefined) return 1;
  return others.reduce(
    (best, row) => (row.selectivity ?? 0) > (best.selectivity ?? 0) ? row : best,
    first,
  ).layer;
}

function* headRows(
  negation: Negation,
  rows: readonly AttendedRow[],
  seed: number,
): Steps<HeadRow[]> {
  const clusters = rows.map(({ pair }) => pair.key);
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  const columns = rows[0]!.heads.map((_, i) => rows.map(({ heads }) => heads[i]!.largest));
  const known = rows.flatMap(({ d }) => d ?? []);
  const scored = known.length === rows.length; // with images every row has a d, without images none has
  const pValues = scored ? yield* clusterFeatureSteps(columns, known, { clusters, seed }) : [];
  const qValues = falseDiscoveryRate(pValues);
  const made: HeadRow[] = [];
  for (const [i, values] of columns.entries()) {
    yield;
    const { layer, head } = rows[0]!.heads[i]!;
    const { estimate, low, high } = bootstrap.mean(values);
    made.push({
      ...{ negation, layer, head, n: rows.length },
      ...{ selectivity: estimate, selectivity_low: low, selectivity_high: high },
      correlation_with_d: scored ? pearson(values, known) : undefined,
      p_value: pValues[i],
      q_value: qValues[i],
    });
  }
  return made;
}

function* headRoleRows(
  negation: Negation,
  rows: readonly AttendedRow[],
): Steps<HeadRoleRow[]> {
  const roles = ROLES.filter((role) => rows.some(({ pair }) => pair.roles.includes(role)));
  const n = rows.length;
  const made: HeadRoleRow[] = [];
  for (const [i, { layer, head }] of rows[0]!.heads.entries()) {
    for (const role of roles) {
      yield;
      const sum = rows.reduce(
        (total, { pair, heads }) => total + differenceByRole(pair, heads[i]!, role),
        0,
      );
      made.push({ negation, layer, head, role, n, attention_difference: sum / n });
    }
  }
  return made;
}
