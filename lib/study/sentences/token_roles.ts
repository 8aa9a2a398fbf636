/** The roles of the tokens in both sentences of a pair. */

import type { Role } from "../../data/roles.ts";
import type { AlignedPair } from "../rows/prepare.ts";

/** The role of each position of the affirmative sentence: that of its twin in the negated one. Undefined for a token without a twin. */
export function affirmativeRoles(
  { affirmative, alignment, roles }: Pick<AlignedPair, "affirmative" | "alignment" | "roles">,
): (Role | undefined)[] {
  const twins: (Role | undefined)[] = affirmative.ids.map(() => undefined);
  alignment.forEach((target, position) => {
    if (target !== undefined) twins[target] = roles[position];
  });
  return twins;
}
