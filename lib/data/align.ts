/** Which token of the affirmative sentence stands where in the negated one (method, sections 1 and 6). */

import {
  pairLengthsDiffer,
  pairNegatorMissing,
  pairNegatorWrong,
  pairTokensDiffer,
} from "../errors.ts";
import { isNegatingToken } from "./negation.ts";
import type { Protocol } from "./pairs.ts";

/** What aligning needs to know beside the ids. */
export interface AlignOptions {
  /** The pair's id, for messages. */
  readonly id: string;
  readonly protocol: Protocol;
  /** The text of each token of the negated sentence. */
  readonly tokens: readonly string[];
  /** Position of the negator, where the data file gives it. */
  readonly negator?: number;
}

/** How the tokens of a pair's sentences correspond. */
export interface Alignment {
  /** For each position of the negated sentence the position in the affirmative one; undefined if that has no such token. */
  readonly aligned: readonly (number | undefined)[];
  /** Position of the negator in the negated sentence. */
  readonly negator: number;
}

/**
 * Aligns the tokens of a negated sentence with those of its affirmative twin.
 *
 * Rephrased, position i goes with position i, and the one token that differs is the negator. Otherwise the alignment is one with
 * the fewest insertions, deletions and substitutions, decided from the end: of "no people" and "people" the negator stays alone,
 * of "no" and "some" the two go together. The negator is then the first negating token that is not the same in both sentences,
 * or, where there is none, the first token that is not.
 *
 * @param negated Token ids of the negated sentence, start and end included.
 * @param affirmative Token ids of the affirmative sentence.
 * @param options See {@linkcode AlignOptions}.
 * @throws {RangeError} If the negated sentence has no token of its own, the negator given is not one of the sentence's own tokens, or, in
 * the rephrased protocol, they differ in length, in more than one token, or not at the negator given.
 */
export function alignTokens(
  negated: readonly number[],
  affirmative: readonly number[],
  options: AlignOptions,
): Alignment {
  const rephrased = options.protocol === "rephrased";
  if (rephrased && negated.length !== affirmative.length) {
    throw pairLengthsDiffer(options.id, negated.length, affirmative.length);
  }
  const aligned = rephrased ? [...negated.keys()] : alignByEdits(negated, affirmative);
  const differing = [...negated.keys()].filter((position) => {
    const twin = aligned[position];
    return twin === undefined || negated[position] !== affirmative[twin];
  });
  if (rephrased && differing.length > 1) throw pairTokensDiffer(options.id, differing.length);
  return { aligned, negator: findNegator(differing, { ...options, length: negated.length }) };
}

function findNegator(
  differing: readonly number[],
  { id, protocol, tokens, negator, length }: AlignOptions & { readonly length: number },
): number {
  const found = differing.find((position) => isNegatingToken(tokens[position] ?? "")) ??
    differing[0];
  if (negator === undefined) {
    if (found === undefined) throw pairNegatorMissing(id);
    return found;
  }
  if (protocol === "rephrased" && negator !== found) {
    if (found === undefined) throw pairNegatorMissing(id);
    throw pairNegatorWrong(id, negator, `at position ${found}, where the sentences differ`);
  }
  if (negator > length - 2) {
    throw pairNegatorWrong(id, negator, `at a position from 1 to ${length - 2}`);
  }
  return negator;
}

/** The alignment with the fewest edits; among equals, pairs of tokens are made as late in the sentences as possible. */
function alignByEdits(
  negated: readonly number[],
  affirmative: readonly number[],
): (number | undefined)[] {
  const cost = editCosts(negated, affirmative);
  const aligned = new Array<number | undefined>(negated.length).fill(undefined);
  let i = negated.length;
  let j = affirmative.length;
  while (i > 0 && j > 0) {
    const substitution = negated[i - 1] === affirmative[j - 1] ? 0 : 1;
    if (cost[i]![j] === cost[i - 1]![j - 1]! + substitution) {
      i--;
      j--;
      aligned[i] = j;
    } else if (cost[i]![j] === cost[i - 1]![j]! + 1) i--;
    else j--;
  }
  return aligned;
}

/** `cost[i][j]`: edits between the first i tokens of one sentence and the first j of the other (Levenshtein 1966). */
function editCosts(negated: readonly number[], affirmative: readonly number[]): number[][] {
  const cost = [Array.from({ length: affirmative.length + 1 }, (_, j) => j)];
  negated.forEach((token, i) => {
    const above = cost[i]!;
    const row = [i + 1];
    affirmative.forEach((other, j) => {
      row.push(Math.min(above[j]! + (token === other ? 0 : 1), above[j + 1]! + 1, row[j]! + 1));
    });
    cost.push(row);
  });
  return cost;
}
