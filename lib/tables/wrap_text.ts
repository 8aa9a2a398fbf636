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

/** A text as it was before {@linkcode wrapText} broke it: a line goes on below only where its next word had no room. */
export function unwrapText(text: string, indent = "  "): string {
  const texts: string[] = [];
  let last = "";
  for (const line of text.split("\n")) {
    const rest = line.startsWith(indent) ? line.slice(indent.length) : "";
    const isBroken = last.length <= TERMINAL_COLUMNS || !/\S\s/.test(last); // no other line is so long
    const goesOn = isBroken && /^\S/.test(rest) &&
      last.length + 1 + rest.split(/ (?!%)/)[0]!.length > TERMINAL_COLUMNS;
    if (goesOn && texts.length > 0) texts.push(`${texts.pop()} ${rest}`);
    else texts.push(line);
    last = line;
  }
  return texts.join("\n");
}
