/** head_roles.csv: each head's attention to the negator by the role of the query. */

import { HEAD, LAYER, N, NEGATION } from "../../study/columns.ts";
import { estimated, key, number, table, text } from "../../tables/schema.ts";
import type { Negation } from "../../data/pairs.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Steps } from "../../stats/steps.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { differenceByRole, type HeadDifferences } from "./attend.ts";
import type { Row } from "../../tables/table.ts";

export const HEAD_ROLES = table(
  "head_roles",
  "One row for each side, head and role of the query.",
  {
    negation: NEGATION,
    layer: LAYER,
    head: HEAD,
    role: key(text<Role>("The role of the query.")),
    n: N,
    attention_difference: estimated(number(
      "share",
      "For each row, the largest difference over the role's tokens, or 0 if the row has none; the mean of these over all rows.",
    )),
  },
);

/** A row of head_roles.csv: one head's attention from one role of queries. */
export type HeadRoleRow = Row<
  { negation: Negation; role: Role },
  "layer" | "head" | "n" | "attention_difference"
>;

interface RowByRole {
  readonly pair: Pick<AlignedPair, "roles">;
  readonly heads: readonly HeadDifferences[];
}

export function* headRoleRows(
  negation: Negation,
  rows: readonly RowByRole[],
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
