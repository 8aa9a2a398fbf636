/** The parts of the image tower that matter most, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { AblationSummaryRow } from "./tables.ts";
import type { Word } from "../../tables/words.ts";
import { namedParts, SHARE_OF_D_WORDS } from "../named_parts.ts";

/** The columns of ablation_summary.csv that the text reads. */
export type AblationLine = Reads<
  AblationSummaryRow,
  | "negation"
  | "segment"
  | "layer"
  | "part"
  | "n"
  | "mean_effect"
  | "share"
  | "simultaneous_low"
  | "simultaneous_high"
>;

/** The number of parts listed for each side. */
const NAMED_PARTS = 3;

const TITLE = "Largest shares of d of the image tower's parts";

/** What the words of the table mean. */
export const ABLATION_WORDS: readonly Word[] = [
  ...SHARE_OF_D_WORDS,
  {
    word: "effect",
    means:
      "mean of d minus d with the part's output on the flat image, its pixels all of one colour: above 0 the part adds to d, below 0 it takes away",
  },
];

const NOTE = "Layers count from 1 here: layer 1 is vision.blocks.0 in hook names.\n";

/**
 * Lists the parts of the image tower whose effects have the largest shares of d.
 *
 * @param rows Rows of ablation_summary.csv.
 */
export function ablationFindings(rows: readonly AblationLine[]): string {
  const { text, named } = namedParts(rows, {
    ...{ title: TITLE, unit: "part", most: NAMED_PARTS },
    nameOf: ({ layer, part }) => ({ layer: `${layer}`, part: part! }),
    more: ({ n }) => ({ n }),
  });
  return named.length === 0 ? text : text + NOTE;
}
