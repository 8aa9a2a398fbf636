/** A sentence as SigLIP was trained to read it. */

const PUNCTUATION = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g; // Python's string.punctuation

/** White space in Python's sense (`\s` of its `re`): the Unicode property and four separators. */
// deno-lint-ignore no-control-regex
const SPACES = /[\p{White_Space}\x1c-\x1f]+/gu;

/**
 * A sentence in lower case, without ASCII punctuation, its words separated by single spaces (`SiglipTokenizer.canonicalize_text`).
 *
 * @param sentence Any text; the mark of a space in the vocabulary counts as a space.
 */
export function canonicalText(sentence: string): string {
  return sentence.replaceAll("\u2581", " ").toLowerCase().replace(PUNCTUATION, "")
    .replace(SPACES, " ").replace(/^ | $/g, "");
}
