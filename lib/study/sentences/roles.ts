/** The roles of the tokens in a study's sentences; a sentence of two pairs can have different roles in each. */

import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors.ts";
import type { AlignedPair } from "../rows/prepare.ts";

/** The role of each position of a sentence; undefined for a token without one. */
export type SentenceRoles = readonly (Role | undefined)[];

export interface SentencePlaces {
  readonly text: string;
  /** The roles of its tokens, as in the outputs of experiments. */
  readonly roles: SentenceRoles;
  /** Position of the negator; in the affirmative sentence, that of the negator's twin, or undefined if it has none. */
  readonly negator: number | undefined;
}

export interface PairPlaces {
  readonly negated: SentencePlaces;
  /** The places of the affirmative sentence; each token has the role of its twin. */
  readonly affirmative: SentencePlaces;
}

export function placesOf(pair: AlignedPair): PairPlaces {
  const { negated, affirmative, alignment, roles, negator } = pair;
  const twins = affirmativeRoles(pair);
  return {
    negated: { text: negated.sentence, roles, negator },
    affirmative: { text: affirmative.sentence, roles: twins, negator: alignment[negator] },
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
