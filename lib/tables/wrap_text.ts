/** Breaks prose into lines that a terminal of 80 columns shows whole. */

/** The columns of a terminal for which texts are laid out. */
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
