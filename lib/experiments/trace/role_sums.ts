/** What is averaged in a cell of trace.csv: the effects of a role's tokens in each row of a group, at one layer or head. */

import type { Role } from "../../data/roles.ts";
import type { Direction } from "./direction.ts";
import type { TracedRow } from "./effects.ts";

/** Sums by row, and how many rows and tokens are in them. */
export interface RoleSums {
  /** Weighted sums of each row's effects, in logits. */
  readonly effect: Float64Array;
  readonly weight: Float64Array;
  /** The rows with a token of the role. */
  readonly rows: number;
  readonly rowsWithEffect: number;
  readonly effects: number;
}

/** As in the paper, all further tokens count equally; for other roles, all rows do. */
export function isByToken(role: Role): boolean {
  return role === "subject_further";
}

/**
 * Sums the effects of a role.
 *
 * @param place The place of the layer, or of the head in it, among those that were traced.
 */
export function roleSums(
  traced: readonly TracedRow[],
  { direction, place, role }: {
    readonly direction: Direction;
    readonly place: number;
    readonly role: Role;
  },
): RoleSums {
  const effect = new Float64Array(traced.length);
  const weight = new Float64Array(traced.length);
  const counted = { rows: 0, rowsWithEffect: 0, effects: 0 };
  for (const [row, { roles, effects }] of traced.entries()) {
    if (!roles.includes(role)) continue;
    counted.rows++;
    const first = place * roles.length;
    const known = roles.flatMap((given, position) =>
      given === role ? effects[direction]![first + position] ?? [] : []
    );
    if (known.length > 0) counted.rowsWithEffect++;
    counted.effects += known.length;
    const share = isByToken(role) ? 1 : 1 / known.length;
    for (const value of known) {
      effect[row]! += share * value;
      weight[row]! += share;
    }
  }
  return { effect, weight, ...counted };
}
