/** What every sentence of a summary must be: one thought, at most 30 words and three numbers. */

import { assert } from "@std/assert";

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e-?\d+)?`;

/** An interval, which counts as one number with its estimate: `(0.84, 0.72 to 0.95)`, `0.81 (0.77 to 0.84)`. */
const INTERVAL = new RegExp(`(?:, | \\((?:95 % interval )?)${NUMBER} to ${NUMBER}\\)?`, "g");

/** What names a part, a layer or a file, and is no number: `6.3`, `mlp 5`, `layers 4-5`. */
const NAME =
  /\b2 alpha\b|\b(?:mlp|layers?|block|MLP) \d+(?:-\d+)?(?:, \d+(?:-\d+)?)*|\b\d+\.\d\b(?!\d)/g;

/** Asserts that sentences are short enough to be quoted. */
export function assertPlainSentences(sentences: readonly string[]): void {
  for (const sentence of sentences) {
    const text = sentence.replace(INTERVAL, "").replace(NAME, "PART");
    assert(text.split(" ").length <= 30, `${text.split(" ").length} words: ${sentence}`);
    const numbers = text.match(new RegExp(`(?<![\\w.])${NUMBER}`, "g")) ?? [];
    assert(numbers.length <= 3, `${numbers.length} numbers: ${sentence}`);
  }
}
