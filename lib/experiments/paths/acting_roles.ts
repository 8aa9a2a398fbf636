/** At which token a head or MLP acts, and with which heads the way begins. */

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
 * Whether the way begins with a head that looks at the negator: it has a named total effect though no named path leads into it, as keys and
 * values are read together.
 *
 * @param head.looks Whether it looks at the negator. @default {a head of the first block does, all of whose effect comes from there}
 */
export function isFirstReader(
  row: ShareLine & { readonly layer: number; readonly head?: number | undefined },
  { isRead, looks = row.layer === 1 }: { readonly isRead: boolean; readonly looks?: boolean },
): boolean {
  return looks && row.head !== undefined && isNamedShare(row) && !isRead;
}
