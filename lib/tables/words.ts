/** Prose for a terminal: wrapped lines, names in sentences, and words with what they mean. */

export const MOST_NAMES = 3;

/** Names in a sentence: `a`, `a and b`, `a, b and 3 more`. */
export function namesText(names: readonly string[], most = MOST_NAMES): string {
  const left = names.length - most;
  const shown = left > 0 ? [...names.slice(0, most), `${left} more`] : names;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

export function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

const TERMINAL_COLUMNS = 80;

/** Breaks a text at spaces, but not before a percent sign; a word that is longer than a line stays whole. */
export function wrapText(text: string, indent = "  "): string {
  const lines: string[] = [];
  let line = "";
  for (const [i, word] of text.split(/ (?!%)/).entries()) {
    if (i > 0 && line.length + 1 + word.length > TERMINAL_COLUMNS) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = i === 0 ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

/** A word of summaries and options, and what it means. */
export interface Word {
  /** The word, e.g. `accuracy`. */
  readonly word: string;
  /** What it means, in plain words, without a full stop. */
  readonly means: string;
  /** Other words that it explains as well. @default {none} */
  readonly also?: readonly string[];
}

export function wordsUsed(text: string, words: readonly Word[]): readonly Word[] {
  const used = new Set<Word>();
  let left = [text];
  while (left.length > 0) {
    const read = left.join("\n");
    const found = words.filter((word) => !used.has(word) && uses(read, word));
    found.forEach((word) => used.add(word));
    left = found.map(({ means }) => means);
  }
  return words.filter((word) => used.has(word));
}

function uses(text: string, { word, also = [] }: Word): boolean {
  return [word, ...also].some((name) => {
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`(?<![\\w.-])${literal}(?![\\w-])`).test(text);
  });
}

/** Columns of a word with the space around it, unless one is longer. */
const WORD_COLUMNS = 18;

export function wordLines(words: readonly Word[]): string {
  const columns = words.reduce((most, { word }) => Math.max(most, word.length + 4), WORD_COLUMNS);
  return words.map(({ word, means }) => {
    const [first, ...rest] = means.split(" ");
    const left = `  ${word}`.padEnd(columns) + first;
    return `${wrapText([left, ...rest].join(" "), " ".repeat(columns))}\n`;
  }).join("");
}
