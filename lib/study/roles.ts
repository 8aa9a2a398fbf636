/** Roles in place of positions: an intervention at "the negator" becomes one at its position in each sentence. */

import { type Role, ROLES } from "../data/roles.ts";
import { NegscopeError } from "../errors.ts";
import type { Intervention, Patch, Selection } from "../hooks/interventions.ts";

/** For each position of a sentence its role; undefined where it has none. */
export type SentenceRoles = readonly (Role | undefined)[];

const PLACES = ["position", "query", "key"] as const;

/**
 * Puts positions in the place of roles, for each sentence its own.
 *
 * A patch at a role takes the same role of the sentence that its cache is of, token by token.
 *
 * @param interventions Interventions; one without roles stays as it is.
 * @param sentences The roles of the run's sentences, row by row.
 * @param rolesOf The roles of a sentence that a cache may be of.
 * @returns Interventions on rows of their own; a row without a token of the role has none.
 * @throws {NegscopeError} If there is no such role.
 */
export function placeInterventions(
  interventions: readonly Intervention[],
  sentences: readonly SentenceRoles[],
  rolesOf: (sentence: string) => SentenceRoles | undefined,
): Intervention[] {
  return interventions.flatMap((intervention) => {
    if (intervention.kind === "edit") return [intervention];
    const keys = PLACES.filter((key) => typeof intervention[key] === "string");
    if (keys.length === 0) return [intervention];
    return rowsOf(intervention, sentences.length).flatMap((row): Intervention[] => {
      const own = sentences[row]!;
      const places = keys.map((key) => [key, positionsOf(`${intervention[key]}`, own)] as const);
      if (places.some(([, positions]) => positions.length === 0)) return [];
      const placed = { ...intervention, row, ...Object.fromEntries(places) };
      return placed.kind === "patch" ? patchTokens(placed, intervention, rolesOf) : [placed];
    });
  });
}

/** One patch a token: the role's first token takes that of the other sentence, and so on as far as both have one. */
function patchTokens(
  placed: Patch & { readonly row: number },
  { position: role }: Selection,
  rolesOf: (sentence: string) => SentenceRoles | undefined,
): Intervention[] {
  if (typeof role !== "string" || placed.fromPosition !== undefined) return [placed];
  const { from, fromRow, row } = placed;
  const source = from.rowNames[fromRow ?? (from.rowNames.length === 1 ? 0 : row)] ?? "";
  const roles = rolesOf(source);
  const targets = placed.position as readonly number[];
  if (roles === undefined) return [placed];
  return positionsOf(role, roles).slice(0, targets.length)
    .map((fromPosition, i) => ({ ...placed, position: targets[i]!, fromPosition }));
}

function rowsOf({ row }: Selection, count: number): readonly number[] {
  if (row === undefined) return Array.from({ length: count }, (_, i) => i);
  return typeof row === "number" ? [row] : row;
}

/**
 * The positions of a role's tokens in a sentence.
 *
 * @param name The role.
 * @param roles The roles of the sentence.
 * @throws {NegscopeError} If there is no such role.
 */
export function positionsOf(name: string, roles: SentenceRoles): number[] {
  if (!ROLES.some((role) => role === name)) {
    throw new NegscopeError("role-unknown", {
      problem: `Cannot find the position of "${name}"`,
      subject: name,
      reason: `the roles are ${ROLES.join(", ")}`,
    });
  }
  return [...roles.keys()].filter((position) => roles[position] === name);
}
