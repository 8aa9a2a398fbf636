/** Splits sentences into words and compares them. */

export function wordSet(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(" ")));
}

/** The words of a sentence, with the punctuation attached to them. */
export function wordsOf(sentence: string): string[] {
  return sentence.trim().split(/\s+/);
}

/**
 * Compares two sentences word by word. Returns the indices, from 0, of the words that differ; undefined if the sentences have different
 * numbers of words.
 */
export function differingWords(first: string, second: string): number[] | undefined {
  const words = wordsOf(first);
  const otherWords = wordsOf(second);
  if (words.length !== otherWords.length) return undefined;
  return words.flatMap((word, i) => word === otherWords[i] ? [] : [i]);
}
