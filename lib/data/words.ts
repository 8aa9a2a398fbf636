import type { Negation } from "./pairs.ts";

export function wordSet(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(" ")));
}

/** The words of a sentence, with the punctuation attached to them. */
export function wordsOf(sentence: string): string[] {
  return sentence.trim().split(/\s+/);
}

/** The indices of the words that differ; undefined if the sentences have different numbers of words. */
export function differingWords(first: string, second: string): number[] | undefined {
  const words = wordsOf(first);
  const otherWords = wordsOf(second);
  if (words.length !== otherWords.length) return undefined;
  return words.flatMap((word, i) => word === otherWords[i] ? [] : [i]);
}

/** Words that negate; the ending "n't" negates too. */
export const NEGATING_WORDS: readonly string[] =
  "no not none nobody nothing nowhere never neither nor without cannot".split(" ");

const NEGATIONS = new RegExp(`\\b(?:${NEGATING_WORDS.join("|")})\\b|n['’]t\\b`, "giu");
const NEGATING_TOKENS = new Set([...NEGATING_WORDS, "'t", "n't"]); // CLIP splits "isn't" into "isn", "'t"

/** The negated sentence of a pair: the one with more negating words ("no", "not", "n't", "none", "nobody", "without" …). */
export function findNegation(caption: string, foil: string): Negation | undefined {
  const difference = countNegations(caption) - countNegations(foil);
  return difference > 0 ? "caption" : difference < 0 ? "foil" : undefined;
}

export function countNegations(sentence: string): number {
  return sentence.match(NEGATIONS)?.length ?? 0;
}

export function negatorOf(sentence: string): string | undefined {
  return sentence.match(NEGATIONS)?.[0].toLowerCase().replace("’", "'");
}

export function isNegatingToken(token: string): boolean {
  return NEGATING_TOKENS.has(token.toLowerCase());
}
