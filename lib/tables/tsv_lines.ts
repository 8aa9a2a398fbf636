/** The lines of texts whose cells are separated by tabs. */

/**
 * Reads the lines of a text of tab-separated cells. A line ends in CRLF, LF or CR; empty lines are left out. A cell that begins and ends
 * with a quote is unquoted, and a quote written twice in it counts once, as spreadsheets and pandas write them; any other quote stands for
 * itself. No cell holds a tab or a line end.
 *
 * @param text The text.
 * @returns The cells of each line.
 */
export function readTsvLines(text: string): string[][] {
  return text.split(/\r\n|\n|\r/).filter((line) => line !== "")
    .map((line) => line.split("\t").map(unquoted));
}

function unquoted(cell: string): string {
  const inner = /^"(.*)"$/s.exec(cell)?.[1];
  const isQuoted = inner !== undefined && !inner.replaceAll('""', "").includes('"');
  return isQuoted ? inner.replaceAll('""', '"') : cell;
}
