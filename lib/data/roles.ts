/** The role of each token of a negated sentence: the rows of the paper's maps (method, sections 1 and 6). */

/**
 * All roles in the order of a sentence. Sentences "There is/are NEGATOR … ." have `sot` (start), `there`, `is_are`, `negator`,
 * `subject_first`, `subject_further`, `full_stop`, `eot` (end); others have `sot`, `before`, `negator`, `after`, `eot`. In both, a
 * token without a counterpart in the affirmative sentence is `inserted`, even the negator. As a place of an intervention, `negator` always
 * means the negator.
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
] as const;

/** The role of a token. */
export type Role = typeof ROLES[number];

const BEFORE_NEGATOR: readonly string[] = ROLES.slice(0, ROLES.indexOf("negator"));

/** Whether tokens of a role stand before the negator, so that with causal attention none of them reads it. */
export function isBeforeNegator(role: string | undefined): boolean {
  return role !== undefined && BEFORE_NEGATOR.includes(role);
}

/** What assigning roles needs besides the tokens. */
export interface RoleOptions {
  /** Position of the negator. */
  readonly negator: number;
  /** For each position, its counterpart in the affirmative sentence, or undefined. @default {all positions are aligned} */
  readonly aligned?: readonly (number | undefined)[];
}

const NEGATOR_IN_FRAME = 3;

/**
 * The role of every token.
 *
 * @param tokens The text of each token of the negated sentence, start and end included.
 * @param options See {@linkcode RoleOptions}.
 * @returns One role per position.
 */
export function assignRoles(
  tokens: readonly string[],
  { negator, aligned }: RoleOptions,
): Role[] {
  const framed = hasFrame(tokens, negator);
  return tokens.map((_, position) => {
    if (aligned !== undefined && aligned[position] === undefined) return "inserted";
    if (position === 0) return "sot";
    if (position === tokens.length - 1) return "eot";
    if (position === negator) return "negator";
    if (!framed) return position < negator ? "before" : "after";
    return roleInFrame(position, tokens.length);
  });
}

/** Whether a sentence reads "There is/are NEGATOR … ." */
function hasFrame(tokens: readonly string[], negator: number): boolean {
  const [, there, verb] = tokens;
  return negator === NEGATOR_IN_FRAME && there === "there" && (verb === "is" || verb === "are") &&
    tokens.length > NEGATOR_IN_FRAME + 2 && tokens.at(-2) === ".";
}

function roleInFrame(position: number, length: number): Role {
  if (position === 1) return "there";
  if (position === 2) return "is_are";
  if (position === length - 2) return "full_stop";
  return position === NEGATOR_IN_FRAME + 1 ? "subject_first" : "subject_further";
}
