/** The table of a summary that names heads, nodes, parts or paths by their share of d, and says how many there are. */

import { groupsOf } from "../charts/spec.ts";
import {
  isTestedShare,
  largestShares,
  LEAST_SHARE,
  noneNamedText,
  type ShareLine,
} from "../study/effects/named_shares.ts";
import { intervalText, linesTable } from "../tables/text_table.ts";
import type { Word } from "../tables/words.ts";
import { wrapText } from "../tables/wrap_text.ts";
import { sideCountText } from "./side_count.ts";

/** A part's share of d in a group of rows. */
export interface PartLine extends ShareLine {
  readonly negation: string;
  readonly segment: string;
  readonly mean_effect?: number | undefined;
}

/** What is named, and how. */
export interface NamedParts<Line> {
  /** The table's title. */
  readonly title: string;
  /** What a line is. */
  readonly unit: "head" | "node" | "part" | "path";
  /** The most lines of a side. */
  readonly most: number;
  /** The cells that name a line. */
  readonly nameOf: (line: Line) => Readonly<Record<string, string>>;
  /** Further cells. @default {none} */
  readonly more?: (line: Line) => Readonly<Record<string, string | number | undefined>>;
}

/** What the words of the table mean, for every summary that has it. */
export const SHARE_OF_D_WORDS: readonly Word[] = [
  {
    word: "share",
    also: ["shares", "share of d"],
    means:
      "sum over rows of sign(d) x effect, divided by the sum of |d|: 1 for a part that brings about d in every row, right or wrong; below 0 for one that takes away from d. Parts are named and ordered by it",
  },
  {
    word: "simultaneous",
    means:
      `95 % interval of the share; those of all lines of the side in the CSV file hold at once. Listed is what has a share of ${LEAST_SHARE} or more, of either sign, and an interval without 0`,
  },
  {
    word: "correct",
    also: ["incorrect"],
    means: "as a column: the share over the rows of this segment alone",
  },
];

/**
 * The lines with the largest shares of d over all rows of each side, with their shares over the correct and the incorrect rows, and a count
 * of each side.
 *
 * @param lines Lines of all segments.
 * @param options What is named.
 * @returns The text, and the named lines of all sides.
 */
export function namedParts<Line extends PartLine>(
  lines: readonly Line[],
  { title, unit, most, nameOf, more = () => ({}) }: NamedParts<Line>,
): { readonly text: string; readonly named: readonly Line[] } {
  const keyOf = (line: Line) => JSON.stringify([line.negation, line.segment, nameOf(line)]);
  const byKey = new Map(lines.map((line) => [keyOf(line), line]));
  const shareIn = (line: Line, segment: string) => byKey.get(keyOf({ ...line, segment }))?.share;
  const sides = groupsOf(lines.filter(({ segment }) => segment === "all"), (row) => row.negation);
  const found = sides.map((side) => largestShares(side));
  const named = found.flatMap((own) => own.slice(0, most));
  const cells = named.map((line) => ({
    negated: line.negation,
    ...nameOf(line),
    share: line.share,
    simultaneous: simultaneousText(line),
    correct: shareIn(line, "correct"),
    incorrect: shareIn(line, "incorrect"),
    effect: line.mean_effect,
    ...more(line),
  }));
  const counts = sides.map((side, i) => countText(side, { unit, most, found: found[i]!.length }));
  const table = cells.length === 0 ? "" : linesTable(cells);
  return { text: `${wrapText(title)}\n${table}${counts.join("")}`, named };
}

/** The simultaneous interval of a share. */
export function simultaneousText(
  { simultaneous_low: low, simultaneous_high: high }: ShareLine,
): string {
  return intervalText({ low, high });
}

function countText(
  side: readonly PartLine[],
  { unit, most, found }: Pick<NamedParts<never>, "unit" | "most"> & { readonly found: number },
): string {
  const { negation } = side[0]!;
  const tested = side.filter(isTestedShare).length;
  if (found === 0 && (tested > 0 || side.every(({ share }) => share === undefined))) {
    return `${wrapText(`${negation}-negated: ${noneNamedText(side)}`)}\n`;
  }
  return sideCountText({ negation, unit, tested, found, most });
}
