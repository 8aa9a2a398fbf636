/** The roles by which the text tower is ablated: those of the outputs, and the negator's own in any sentence. */

import type { Role } from "../../../data/roles.ts";
import type { AlignedPair } from "../../../study/rows/prepare.ts";
import { affirmativeRoles } from "../../../study/sentences/roles.ts";

/** The two sentences of a pair, in the order of their runs. */
export const SIDES = ["negated", "affirmative"] as const;

/** A sentence of a pair. */
export type Side = typeof SIDES[number];

/** The role of every position of both sentences: `negator` for the negator and its twin, `inserted` for any other token without a twin. */
export function rolesOf(pair: AlignedPair): Readonly<Record<Side, readonly Role[]>> {
  const { negator, roles } = pair;
  return {
    negated: roles.map((role, position) => position === negator ? "negator" : role),
    affirmative: affirmativeRoles(pair).map((role) => role ?? "inserted"),
  };
}
