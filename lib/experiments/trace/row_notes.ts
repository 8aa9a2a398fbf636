/** What a reader must know to compare the roles and groups of a trace. */

import { roleLabel } from "../../charts/roles.ts";
import { greatest, groupsOf } from "../../charts/spec.ts";
import type { TraceMapRow } from "./map_row.ts";

type Group = readonly TraceMapRow[];

/**
 * Says over how many rows the means of the roles are, which rows' negator is not in the map, where positions show instead of negation,
 * and which groups have a d near 0. Of the paper's groups in the rephrased protocol nothing of this applies.
 */
export function rowNotes(groups: readonly Group[]): string[] {
  return [rolesNote, insertedNote, positionsNote, ambiguousNote]
    .map((note) => note(groups)).filter((note) => note !== undefined);
}

function rolesNote(groups: readonly Group[]): string | undefined {
  const lines = groups.flatMap((group) => {
    const [all, counts] = [rowsOf(group), rowsByRole(group)];
    const inserted = insertedNegators(group);
    const fewer = [...counts].filter(([role, n]) => n < all && role !== "inserted")
      .map(([role, n]) =>
        `${roleLabel(role)} ${n}${
          role === "negator" && inserted > 0 ? ` (${inserted} more inserted)` : ""
        }`
      );
    if (inserted === all) fewer.push(`negator 0 (${inserted} inserted)`);
    const { negation, segment } = group[0]!;
    return fewer.length === 0
      ? []
      : [`${negation}-negated, ${segment} (n = ${all}): ${fewer.join(", ")}`];
  });
  if (lines.length === 0) return undefined;
  return `Roles are compared over different rows; those that not all rows have: ${
    lines.join("; ")
  }`;
}

function insertedNote(groups: readonly Group[]): string | undefined {
  if (groups.every((group) => insertedNegators(group) === 0)) return undefined;
  return 'Not in the map: an inserted negator. The affirmative sentence has no token for it ("no people", "people"), so that there is no place to put its values';
}

/** The rows of a group whose negator has no counterpart in the affirmative sentence. */
function insertedNegators(group: Group): number {
  const counts = rowsByRole(group);
  return counts.has("inserted") ? rowsOf(group) - (counts.get("negator") ?? 0) : 0;
}

function positionsNote(groups: readonly Group[]): string | undefined {
  const isShifted = groups.flat().some(({ layer, role, cte }) =>
    layer === 0 && role !== "negator" && cte !== undefined && cte !== 0
  );
  if (!isShifted) return undefined;
  return "Layer 0 is no finding: it holds token and position embeddings, and where a token of the affirmative sentence stands at another position, since a word is inserted or moved, its effect there comes from the position";
}

function ambiguousNote(groups: readonly Group[]): string | undefined {
  if (!groups.some(([row]) => row!.segment === "ambiguous")) return undefined;
  return "Ambiguous rows have a d near 0, so that shares of it are large and unsteady; trace.csv has the ratio of means beside them";
}

function rowsOf(group: Group): number {
  return greatest(group.map(({ n }) => n));
}

function rowsByRole(group: Group): ReadonlyMap<string, number> {
  return new Map(groupsOf(group, ({ role }) => role).map(([row]) => [row!.role, row!.n]));
}
