/** The lines of titles. Where a line is broken to fit, it ends with a space, so that another width can join and break it anew. */

/** What may not be broken: within `n = 12` and `95 %`. */
const BREAKS = /(?<!=) (?![=%])/;

/** Breaks the lines of a title between words; a single word may be too long for its line. */
export function titleLines(
  text: string | readonly string[],
  most: number | ((line: string) => boolean),
): string | string[] {
  const fits = typeof most === "number" ? (line: string) => line.length <= most : most;
  const lines = (typeof text === "string" ? [text] : text).flatMap((line) => broken(line, fits));
  return typeof text === "string" && lines.length === 1 ? lines[0]! : lines;
}

function broken(text: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const word of text.split(BREAKS)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line, i) => i < lines.length - 1 ? `${line} ` : line);
}

/** The lines of a title without the breaks that made it fit. */
export function joinedLines(text: string | readonly string[]): string[] {
  return [text].flat().reduce((lines: string[], line) => {
    const last = lines.at(-1);
    return last?.endsWith(" ") ? [...lines.slice(0, -1), last + line] : [...lines, line];
  }, []);
}
