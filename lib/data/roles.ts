/** The role of each token of a negated sentence: the rows of the paper's maps (method, sections 1 and 6). */

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
  /** The first of them: 1 after a start token, 0 without. */
  readonly start: number;
  /** The end token, after the last of them; padding may follow it. */
  readonly end: number;
  /** Whether the full stop is one of them. */
  readonly keepsPunctuation: boolean;
  /** Whether padding fills the sentence up and the embedding is made at the last position. @default {false} */
  readonly padded?: boolean;
}

/**
 * The own tokens between a start and an end token, as CLIP has them.
 *
 * @param length The number of all tokens.
 */
export function betweenEnds(length: number): OwnTokens {
  return { start: 1, end: length - 1, keepsPunctuation: true };
}

/** What assigning roles needs besides the tokens. */
export interface RoleOptions {
  /** Position of the negator. */
  readonly negator: number;
  /** For each position, its counterpart in the affirmative sentence, or undefined. @default {all positions are aligned} */
  readonly aligned?: readonly (number | undefined)[];
  /** Where the sentence's own tokens are. @default {between a start and an end token} */
  readonly own?: OwnTokens;
}

const NEGATOR_IN_FRAME = 2; // counted from the sentence's first word

/**
 * The role of every token.
 *
 * @param tokens The text of each token of the negated sentence, start and end included.
 * @param options See {@linkcode RoleOptions}.
 * @returns One role per position.
 */
export function assignRoles(
  tokens: readonly string[],
  { negator, aligned, own = betweenEnds(tokens.length) }: RoleOptions,
): Role[] {
  const framed = hasFrame(tokens, negator, own);
  return tokens.map((_, position) => {
    if (own.padded && position === tokens.length - 1) return "pooled";
    if (position > own.end) return "pad";
    if (aligned !== undefined && aligned[position] === undefined) return "inserted";
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
