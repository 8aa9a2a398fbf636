/** At which token a head or MLP acts, and how heads of the first block read the negator. */

import { nameOfPart } from "../../charts/circuit/side.ts";
import { groupsOf } from "../../charts/spec.ts";
import { rolesInOrder } from "../../charts/roles.ts";
import { isNamedShare, type ShareLine } from "../../study/effects/named_shares.ts";
import type { NodeSummaryRow } from "./node_tables.ts";

/**
 * The row of every head and MLP of a side with its largest total effect, of either sign: that of the role at which it acts. One without any
 * effect acts at the last role, from which the score is made.
 */
export function actingRows(rows: readonly NodeSummaryRow[]): NodeSummaryRow[] {
  const order = rolesInOrder(rows.map(({ role }) => role));
  const size = ({ share }: NodeSummaryRow) => Math.abs(share ?? 0);
  return groupsOf(rows, nameOfPart).map((roles) =>
    roles.toSorted((a, b) => size(b) - size(a) || order.indexOf(b.role) - order.indexOf(a.role))[0]!
  );
}

/**
 * Whether a head reads the negator by keys and values together: one of the first block, all of whose effect comes from the negator's
 * embedding, with a named total effect though no single path to it is (`isRead`).
 */
export function isReadTogether(
  row: ShareLine & { readonly layer: number; readonly head?: number | undefined },
  isRead: boolean,
): boolean {
  return row.layer === 1 && row.head !== undefined && isNamedShare(row) && !isRead;
}
