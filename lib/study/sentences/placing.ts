/** Replaces roles with positions: an intervention at "the negator" becomes one at the negator's position in each sentence. */

import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors/errors.ts";
import type { AlignedPair } from "../rows/prepare.ts";
import {
  cacheOf,
  checkIndices,
  listOf,
  PLACE_KEYS,
  sourceRow,
  TAKEN_FROM,
} from "../../hooks/apply.ts";
import type { Intervention, Patch } from "../../hooks/interventions.ts";

/** The role of each position of a sentence; undefined for a token without one. */
export type SentenceRoles = readonly (Role | undefined)[];

export interface SentencePlaces {
  readonly text: string;
  readonly tokens: readonly string[];
  /** The roles of its tokens, as in the outputs of experiments. */
  readonly roles: SentenceRoles;
  /** Position of the negator; in the affirmative sentence, that of the negator's twin, or undefined if it has none. */
  readonly negator: number | undefined;
}

export interface PairPlaces {
  readonly negated: SentencePlaces;
  readonly affirmative: SentencePlaces;
}

export function placesOf(pair: AlignedPair): PairPlaces {
  const { negated, affirmative, alignment, roles, negator } = pair;
  return {
    negated: { text: negated.sentence, tokens: negated.tokens, roles, negator },
    affirmative: {
      text: affirmative.sentence,
      tokens: affirmative.tokens,
      roles: affirmativeRoles(pair),
      negator: alignment[negator],
    },
  };
}

export function placesKey({ text, roles, negator }: SentencePlaces): string {
  return `${text}\n${negator}\n${roles}`;
}

/**
 * Finds the positions of a role's tokens in a sentence. `negator` is always the pair's negator, even if outputs call its token `inserted`
 * because it has no twin.
 */
export function positionsOf(role: string, { roles, negator }: SentencePlaces): number[] {
  if (!ROLES.some((known) => known === role)) {
    throw new NegscopeError("name-unknown", {
      problem: `Cannot find the position of "${role}"`,
      subject: role,
      reason: `the roles are ${ROLES.join(", ")}`,
    });
  }
  if (role === "negator") return negator === undefined ? [] : [negator];
  return [...roles.keys()].filter((position) => roles[position] === role);
}

/** Finds the places of the sentence of a cache, given the patched sentence; several if they differ between pairs. */
export type Sources = (target: SentencePlaces, text: string) => readonly SentencePlaces[];

/**
 * Makes a function that finds the places of a sentence: in the pair of the patched sentence if both belong to it, and otherwise in all
 * pairs.
 */
export function sourcesIn(pairs: readonly PairPlaces[]): Sources {
  const entries = pairs.flatMap(({ negated, affirmative }) => {
    const keys = [negated, affirmative].map(placesKey);
    return [{ own: negated, keys }, { own: affirmative, keys }];
  });
  const byText = Map.groupBy(entries, ({ own }) => own.text);
  return (target, text) => {
    const all = byText.get(text) ?? [];
    const key = placesKey(target);
    const shared = all.filter(({ keys }) => keys.includes(key));
    return (shared.length > 0 ? shared : all).map(({ own }) => own);
  };
}

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

type Placeable = Exclude<Intervention, { readonly kind: "edit" }>;

interface RoleAt {
  readonly key: typeof PLACE_KEYS[number];
  readonly role: string;
}

/**
 * Replaces the roles in interventions with each sentence's positions.
 *
 * A patch at a role takes its values from the same role of the cached sentence, token by token for as many tokens as both sentences have.
 * Returns interventions for single rows; a row without a token of the role has none.
 */
export function placeInterventions(
  interventions: readonly Intervention[],
  sentences: readonly SentencePlaces[],
  sources: Sources,
): Intervention[] {
  return interventions.flatMap((intervention): Intervention[] => {
    if (intervention.kind === "edit") return [intervention];
    const roles = PLACE_KEYS.flatMap((key): RoleAt[] => {
      const role = intervention[key];
      return typeof role === "string" ? [{ key, role }] : [];
    });
    if (roles.length === 0) return [intervention];
    const rows = rowsOf(intervention, sentences.length);
    const placed = rows.flatMap((row): Intervention[] => {
      const places = sentences[row]!;
      const positions = roles.map(({ key, role }) => [key, positionsOf(role, places)] as const);
      if (positions.some(([, { length }]) => length === 0)) return [];
      const ofRow = sentences.length > 1 && { row };
      const own = { ...intervention, ...ofRow, ...Object.fromEntries(positions) };
      if (own.kind !== "patch") return [own];
      return patchFromCache(own, roles, { row, places, sentences, sources });
    });
    if (placed.length > 0 || rows.length === 0) return placed;
    throw roleAbsent(intervention, roles, rows.map((row) => sentences[row]!));
  });
}

function rowsOf({ hook, row }: Placeable, count: number): readonly number[] {
  if (row === undefined) return Array.from({ length: count }, (_, i) => i);
  checkIndices(hook, "row", row, count);
  return [...new Set(listOf(row))];
}

function roleAbsent(
  { hook }: Placeable,
  roles: readonly RoleAt[],
  sentences: readonly SentencePlaces[],
): NegscopeError {
  const names = roles.map(({ role }) => role);
  const there = ROLES.filter((role) => sentences.some((own) => positionsOf(role, own).length > 0));
  return new NegscopeError("role-absent", {
    problem: `Cannot change "${hook}" at ${names.map((name) => `"${name}"`).join(" and ")}`,
    subject: names.join(),
    reason: `no sentence that is run has such ${names.length === 1 ? "a token" : "tokens"}`,
    expected: `${there.slice(0, -1).join(", ")} or ${there.at(-1)}`,
  });
}

function patchFromCache(
  patch: Patch,
  roles: readonly RoleAt[],
  { row, places, sentences, sources }: {
    readonly row: number;
    readonly places: SentencePlaces;
    readonly sentences: readonly SentencePlaces[];
    readonly sources: Sources;
  },
): Patch[] {
  const { fromRow } = patch;
  const from = cacheOf(patch);
  const count = from.rowNames.length;
  const pairsUp = fromRow !== undefined || count === 1 || count === sentences.length;
  const source = pairsUp ? from.rowNames[sourceRow(patch, row)] : undefined;
  if (source === undefined) return [patch]; // the run reports that the cache does not fit
  const found = sources(places, source);
  const open = roles.filter(({ key }) => patch[TAKEN_FROM[key]] === undefined);
  const taken = open.map((at) => takenPositions(patch, at, { source, found }));
  return patchTokens(patch, open, taken);
}

/**
 * Patches of roles' tokens: the first token takes its values from the role's first token in the other sentence, and so on for as many as
 * both have; `positions` are those of each role there. Where these are the same positions, one patch does.
 */
export function patchTokens(
  patch: Patch,
  roles: readonly Pick<RoleAt, "key">[],
  positions: readonly (readonly number[])[],
): Patch[] {
  return roles.reduce<Patch[]>((patches, { key }, i) => {
    const taken = positions[i]!;
    const tokens = listOf(patch[key]!).slice(0, taken.length);
    if (tokens.join() === taken.join()) return patches.map((own) => ({ ...own, [key]: tokens }));
    return patches.flatMap((own) =>
      tokens.map((token, k) => ({ ...own, [key]: token, [TAKEN_FROM[key]]: taken[k]! }))
    );
  }, [patch]);
}

function takenPositions(
  { hook }: Patch,
  { key, role }: RoleAt,
  { source, found }: { readonly source: string; readonly found: readonly SentencePlaces[] },
): readonly number[] {
  const [first, ...others] = found.map((places) => positionsOf(role, places));
  const unclear = (why: string) =>
    new NegscopeError("patch-source-unclear", {
      problem: `Cannot patch "${hook}" at "${role}"`,
      subject: source,
      reason: `the cache is of "${source}", which ${why}`,
      fix: `give ${key} and ${TAKEN_FROM[key]} as numbers`,
    });
  if (first === undefined) {
    throw unclear("is no sentence of the study, so that its roles are unknown");
  }
  if (others.some((positions) => positions.join() !== first.join())) {
    throw unclear("has it at other positions in one pair than in another");
  }
  if (first.length === 0) throw unclear("has no such token");
  return first;
}
