/** The role of each token, and which token of the affirmative sentence corresponds to which of the negated one (method, sections 1 and 6). */

import { NegscopeError } from "../errors/errors.ts";
import { isNegatingToken } from "./words.ts";
import type { Protocol } from "./pairs.ts";

/**
 * All roles in the order of a sentence. Sentences "There is/are NEGATOR … ." have `sot` (start), `there`, `is_are`, `negator`,
 * `subject_first`, `subject_further`, `full_stop`, `eot` (end); others have `sot`, `before`, `negator`, `after`, `eot`. In both, a
 * token without a counterpart in the affirmative sentence is `inserted`, even the negator. Models without a start token, or whose
 * tokenisers drop punctuation, have no `sot` or `full_stop`. Where a model pads sentences, the positions after the end token are `pad`, and
 * the last, from which the embedding is made, is `pooled`. As a place of an intervention, `negator` always means the negator.
 */
export const ROLES = [
  "sot",
  "there",
  "is_are",
  "before",
  "negator",
  "inserted",
  "subject_first",
  "subject_further",
  "after",
  "full_stop",
  "eot",
  "pad",
  "pooled",
] as const;

/** The role of a token. */
export type Role = typeof ROLES[number];

const BEFORE_NEGATOR: readonly string[] = ROLES.slice(0, ROLES.indexOf("negator"));

/** Whether tokens of a role stand before the negator, so that with causal attention (not without) none of them reads it. */
export function isBeforeNegator(role: string | undefined): boolean {
  return role !== undefined && BEFORE_NEGATOR.includes(role);
}

/** Where a sentence's own tokens are among those that the model reads. */
export interface OwnTokens {
  readonly start: number; // first of them: 1 after a start token, 0 without
  readonly end: number; // end token, after the last of them; padding may follow it
  readonly keepsPunctuation: boolean; // whether the full stop is one of them
  /** Whether padding fills the sentence up and the embedding is made at the last position. @default {false} */
  readonly padded?: boolean;
}

const NEGATOR_IN_FRAME = 2; // counted from the sentence's first word

export function assignRoles(
  tokens: readonly string[],
  { negator, aligned, own }: Alignment & { readonly own: OwnTokens },
): Role[] {
  const framed = hasFrame(tokens, negator, own);
  return tokens.map((_, position) => {
    if (own.padded && position === tokens.length - 1) return "pooled";
    if (position > own.end) return "pad";
    if (aligned[position] === undefined) return "inserted";
    if (position < own.start) return "sot";
    if (position === own.end) return "eot";
    if (position === negator) return "negator";
    if (!framed) return position < negator ? "before" : "after";
    return roleInFrame(position, own);
  });
}

/** Whether a sentence reads "There is/are NEGATOR … ."; the full stop counts only if it is a token. */
function hasFrame(tokens: readonly string[], negator: number, own: OwnTokens): boolean {
  const [there, verb] = tokens.slice(own.start);
  const stop = own.keepsPunctuation ? 1 : 0;
  return negator === own.start + NEGATOR_IN_FRAME && there === "there" &&
    (verb === "is" || verb === "are") && own.end - stop > negator &&
    (stop === 0 || tokens[own.end - 1] === ".");
}

function roleInFrame(position: number, own: OwnTokens): Role {
  const word = position - own.start;
  if (word === 0) return "there";
  if (word === 1) return "is_are";
  if (own.keepsPunctuation && position === own.end - 1) return "full_stop";
  return word === NEGATOR_IN_FRAME + 1 ? "subject_first" : "subject_further";
}

interface AlignOptions {
  readonly id: string;
  readonly protocol: Protocol;
  readonly tokens: readonly string[]; // text of each token of the negated sentence
  readonly negator?: number; // position of the negator, if the data file gives it
  readonly own: OwnTokens; // where the negated sentence's are
}

export interface Alignment {
  /** For each position of the negated sentence, the position in the affirmative one; undefined if it has no such token. */
  readonly aligned: readonly (number | undefined)[];
  readonly negator: number; // position of the negator in the negated sentence
}

const EDIT = 1 << 16; // cost; substituting a negator costs 1 more, which never adds up to an edit

/**
 * Aligns the tokens of a negated sentence with those of the affirmative sentence: in the rephrased protocol by position. Otherwise the
 * alignment has the fewest insertions, deletions and substitutions, and if possible leaves the negator unaligned, as in "no people" and
 * "people". The negator is then the first negating token that is not the same in both sentences, or if there is none, the first token that
 * is not. If both sentences have the same tokens in another order, each token is aligned with the same one.
 */
export function alignTokens(
  negated: readonly number[],
  affirmative: readonly number[],
  options: AlignOptions,
): Alignment {
  const rephrased = options.protocol === "rephrased";
  if (rephrased && negated.length !== affirmative.length) {
    const found =
      `the negated one has ${negated.length} and the affirmative one ${affirmative.length}`;
    throw notMinimal(options.id, `have equally many tokens, but ${found}`);
  }
  const found = rephrased
    ? [...negated.keys()]
    : alignByEdits(negated, affirmative, options.tokens);
  const differing = [...negated.keys()].filter((position) => {
    const twin = found[position];
    return twin === undefined || negated[position] !== affirmative[twin];
  });
  const aligned = rephrased ? found : withMoved(found, { negated, affirmative, differing });
  if (rephrased && differing.length > 1) {
    throw notMinimal(
      options.id,
      `differ in exactly one token, but they differ in ${differing.length}`,
    );
  }
  return { aligned, negator: findNegator(differing, options) };
}

/** The error for sentences under the rephrased protocol that another one takes. */
function notMinimal(id: string, must: string): NegscopeError {
  return new NegscopeError("pair-not-minimal", {
    problem: `Cannot align pair "${id}"`,
    subject: id,
    reason: `its sentences must ${must}`,
    gist: "the sentences do not differ in exactly one token",
    fix:
      'reword them, such as "some" against "no", or, where the experiment takes it, use the standard protocol (--protocol standard)',
  });
}

/** An alignment of sentences with the same tokens in another order, in which each moved token has the same one; any other as it is. */
function withMoved(
  aligned: readonly (number | undefined)[],
  { negated, affirmative, differing }: {
    readonly negated: readonly number[];
    readonly affirmative: readonly number[];
    readonly differing: readonly number[];
  },
): readonly (number | undefined)[] {
  const equal = new Set(aligned.filter((_, position) => !differing.includes(position)));
  const free = [...affirmative.keys()].filter((position) => !equal.has(position));
  const moved = [...aligned];
  for (const position of differing) {
    const place = free.findIndex((twin) => affirmative[twin] === negated[position]);
    if (place < 0) return aligned;
    [moved[position]] = free.splice(place, 1);
  }
  return free.length === 0 ? moved : aligned;
}

function findNegator(
  differing: readonly number[],
  { id, protocol, tokens, negator, own }: AlignOptions,
): number {
  const found = differing.find((position) => isNegatingToken(tokens[position] ?? "")) ??
    differing[0];
  if (found === undefined) {
    throw new NegscopeError("row-wrong", {
      problem: `Cannot find the negator of pair "${id}"`,
      subject: id,
      reason: "the affirmative sentence has every token of the negated one",
      gist: "the negated sentence has no token of its own",
      fix:
        "check which sentence is negated, and that both fit into the tokens that the model reads",
    });
  }
  if (negator === undefined) return found;
  const fits = protocol === "rephrased"
    ? negator === found
    : negator >= own.start && negator < own.end;
  if (fits) return negator;
  const inFile = (position: number) => position + 1 - own.start; // files count the first word as 1
  const expected = protocol === "rephrased"
    ? `at position ${inFile(found)}, where the sentences differ`
    : `at a position from 1 to ${inFile(own.end - 1)}`;
  throw new NegscopeError("row-wrong", {
    problem: `Cannot align pair "${id}"`,
    subject: id,
    reason: `its negator must be ${expected}, but it is ${inFile(negator)}`,
    gist: "its negator is not where the sentences differ",
  });
}

/** The alignment with the smallest cost; among equals, tokens are paired as late in the sentences as possible. */
function alignByEdits(
  negated: readonly number[],
  affirmative: readonly number[],
  tokens: readonly string[],
): (number | undefined)[] {
  const substitution = (i: number, j: number) =>
    negated[i] === affirmative[j] ? 0 : EDIT + (isNegatingToken(tokens[i] ?? "") ? 1 : 0);
  const cost = costs(negated.length, affirmative.length, substitution);
  const aligned = new Array<number | undefined>(negated.length).fill(undefined);
  let i = negated.length;
  let j = affirmative.length;
  while (i > 0 && j > 0) {
    const total = cost[i]![j]!;
    if (total === cost[i - 1]![j - 1]! + substitution(i - 1, j - 1)) {
      i--;
      j--;
      aligned[i] = j;
    } else if (total === cost[i - 1]![j]! + EDIT) i--;
    else j--;
  }
  return aligned;
}

/** `costs[i][j]`: the cost of turning the first i tokens of one sentence into the first j of the other (Levenshtein 1966). */
function costs(
  length: number,
  otherLength: number,
  substitution: (i: number, j: number) => number,
): number[][] {
  const cost = [Array.from({ length: otherLength + 1 }, (_, j) => j * EDIT)];
  for (let i = 0; i < length; i++) {
    const above = cost[i]!;
    const row = [(i + 1) * EDIT];
    for (let j = 0; j < otherLength; j++) {
      const paired = above[j]! + substitution(i, j);
      row.push(Math.min(paired, above[j + 1]! + EDIT, row[j]! + EDIT));
    }
    cost.push(row);
  }
  return cost;
}

/** Aligns padding after the end token where both have it, and the last positions, at which the embeddings are made, with each other. */
export function alignPadding(
  aligned: readonly (number | undefined)[],
  { padded, affirmative }: { readonly padded: number; readonly affirmative: number },
): (number | undefined)[] {
  const last = padded - 1;
  return Array.from({ length: padded }, (_, position) => {
    if (position === last) return last;
    const own = position < aligned.length ? aligned[position] : position;
    const isOfSentence = position < aligned.length || position >= affirmative;
    return isOfSentence && own !== last ? own : undefined;
  });
}
