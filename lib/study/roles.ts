/** Which tokens of a study's sentences have which role; a sentence that stands in two pairs has roles of its own in each. */

import { type Role, ROLES } from "../data/roles.ts";
import { NegscopeError } from "../errors.ts";
import type { AlignedPair } from "../subject/prepare.ts";

/** For each position of a sentence its role; undefined where it has none. */
export type SentenceRoles = readonly (Role | undefined)[];

/** The places of a sentence, as one of its pairs has them. */
export interface SentencePlaces {
  /** The sentence. */
  readonly text: string;
  /** The roles of its tokens, as the outputs of experiments have them. */
  readonly roles: SentenceRoles;
  /** Position of the negator; in the affirmative sentence that of its twin, or undefined where it has none. */
  readonly negator: number | undefined;
}

/** The places of both sentences of a pair. */
export interface PairPlaces {
  /** Those of the negated sentence. */
  readonly negated: SentencePlaces;
  /** Those of the affirmative sentence: each token has the role of its twin. */
  readonly affirmative: SentencePlaces;
}

/**
 * The places of both sentences of a pair.
 *
 * @param pair The pair, aligned.
 */
export function placesOf(
  { negated, affirmative, alignment, roles, negator }: AlignedPair,
): PairPlaces {
  const twins: (Role | undefined)[] = affirmative.ids.map(() => undefined);
  alignment.forEach((target, position) => {
    if (target !== undefined) twins[target] = roles[position];
  });
  return {
    negated: { text: negated.sentence, roles, negator },
    affirmative: { text: affirmative.sentence, roles: twins, negator: alignment[negator] },
  };
}

/** What tells the places of sentences apart: the sentence and its roles. */
export function placesKey({ text, roles, negator }: SentencePlaces): string {
  return `${text}\n${negator}\n${roles}`;
}

/**
 * The positions of a role's tokens in a sentence. `negator` is the pair's negator, also where its token is `inserted` in outputs, as it
 * has no twin.
 *
 * @param role The role.
 * @param places The places of the sentence.
 * @throws {NegscopeError} If there is no such role.
 */
export function positionsOf(role: string, { roles, negator }: SentencePlaces): number[] {
  if (!ROLES.some((known) => known === role)) {
    throw new NegscopeError("role-unknown", {
      problem: `Cannot find the position of "${role}"`,
      subject: role,
      reason: `the roles are ${ROLES.join(", ")}`,
    });
  }
  if (role === "negator") return negator === undefined ? [] : [negator];
  return [...roles.keys()].filter((position) => roles[position] === role);
}

/** The places of a sentence that a cache may be of, for a sentence that is patched; several where pairs differ in them. */
export type Sources = (target: SentencePlaces, text: string) => readonly SentencePlaces[];

/**
 * Finds the places of sentences: in the pair of the sentence that is patched where they share one, else in all pairs.
 *
 * @param pairs The study's pairs.
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
