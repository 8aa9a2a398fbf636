/** The parts of the image tower that matter most, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { AblationSummaryRow } from "./tables.ts";
import { largestNamed, LEAST_NAMED } from "../../subject/effects/noise.ts";
import { intervalText, linesTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import type { Word } from "../../tables/words.ts";
import { isTested, sideCountText } from "../side_count.ts";
import { groupsOf } from "../../charts/spec.ts";

/** The columns of ablation_summary.csv that the text reads. */
export type AblationLine = Reads<
  AblationSummaryRow,
  | "negation"
  | "segment"
  | "layer"
  | "part"
  | "n"
  | "mean_effect"
  | "low"
  | "high"
>;

/** The number of parts listed for each side. */
const NAMED_PARTS = 3;

const TITLE = "Largest effects on d of the image tower's parts";

/** What the words of the table mean. */
export const ABLATION_WORDS: readonly Word[] = [
  {
    word: "effect",
    means:
      "mean of d minus d with the part's output on the flat image, its pixels all of one colour; listed if it is at least 0.01, of either sign, and its 95 % interval excludes 0",
  },
];

const NOTE = "Layers count from 1 here: layer 1 is vision.blocks.0 in hook names.\n";

/**
 * Lists the parts of the image tower with the largest effects on d, of either sign, whose intervals exclude 0.
 *
 * @param rows Rows of ablation_summary.csv.
 */
export function ablationFindings(rows: readonly AblationLine[]): string {
  const all = rows.filter(({ segment }) => segment === "all");
  const sides = groupsOf(all, ({ negation }) => negation)
    .map((side) => ({ side, found: largestNamed(side) }));
  const counts = sides.map(({ side, found }) => countText(side, found.length)).join("");
  const lines = sides.flatMap(({ found }) => found.slice(0, NAMED_PARTS)).map((row) => ({
    negated: row.negation,
    n: row.n,
    layer: row.layer,
    part: row.part,
    effect: row.mean_effect,
    "95 % interval": intervalText(row),
    "the part": row.mean_effect! > 0 ? "adds to d" : "takes away from d",
  }));
  if (lines.length === 0) {
    const none = all.some(isTested)
      ? `${TITLE}: none of ${LEAST_NAMED} or more whose 95 % interval excludes 0`
      : `${TITLE}: not tested`;
    return `${wrapText(none)}\n${counts}`;
  }
  return `${TITLE}\n${linesTable(lines)}${counts}${NOTE}`;
}

function countText(side: readonly AblationLine[], found: number): string {
  const { negation } = side[0]!;
  const tested = side.filter(isTested).length;
  return sideCountText({ negation, unit: "part", tested, found, most: NAMED_PARTS });
}
