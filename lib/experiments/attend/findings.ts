/** The heads that look at the negator more than at its twin, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { HeadRow } from "./tables.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { intervalText, linesTable } from "../../tables/text_table.ts";
import type { Word } from "../../tables/words.ts";
import { isTested, sideCountText } from "../side_count.ts";
import { groupsOf } from "../../charts/spec.ts";

/** The columns of heads.csv that the text reads. */
export type HeadLine = Reads<
  HeadRow,
  | "negation"
  | "layer"
  | "head"
  | "n"
  | "selectivity"
  | "correlation_with_d"
  | "q_value"
  | "n_baseline"
  | "baseline"
  | "above_baseline"
  | "above_baseline_low"
  | "above_baseline_high"
>;

/** The number of heads listed for each side. */
export const NAMED_HEADS = 5;

/** The share of heads without any preference whose 95 % interval lies above 0. */
const BY_CHANCE = 0.025;

const TITLE = "Heads that attend to the negator more than to its twin";

/** What the words of the table mean. */
export const HEAD_WORDS: readonly Word[] = [
  {
    word: "selectivity",
    means:
      "attention to the negator minus that to its twin in the affirmative sentence, the largest of any token that can attend to it, which with a causal mask are the later ones; mean over rows",
  },
  {
    word: "exchanged",
    means:
      "the same with the two sentences exchanged, which is what a maximum gives a head that treats both words alike; over the rows whose negator has a twin, as is what follows",
  },
  {
    word: "above",
    means:
      "selectivity minus exchanged; listed if its 95 % interval is above 0. A head that looks there need not move anything: knockout shows what it moves",
  },
  { word: "r", means: "Pearson's r of a row's largest difference with its d" },
  { word: "q", means: "the p-value of r, adjusted over all tested heads of the side" },
];

/**
 * Lists the heads of each side whose selectivity is above that of the exchanged sentences, the largest differences first.
 *
 * @param rows Rows of heads.csv.
 */
export function headFindings(rows: readonly HeadLine[]): string {
  const sides = groupsOf(rows, ({ negation }) => negation).map((heads) => ({
    heads,
    above: heads.filter(isAbove).sort((a, b) => b.above_baseline! - a.above_baseline!),
  }));
  const named = sides.flatMap(({ above }) => above.slice(0, NAMED_HEADS));
  const lines = named.map((row) => ({
    negated: row.negation,
    head: headName(row),
    selectivity: row.selectivity,
    exchanged: row.baseline,
    above: row.above_baseline,
    "95 % interval": intervalText({ low: row.above_baseline_low, high: row.above_baseline_high }),
    r: row.correlation_with_d,
    q: row.q_value,
  }));
  const counts = sides.map(({ heads, above }) => countText(heads, above.length)).join("");
  if (lines.length === 0) {
    return `${TITLE}: ${rows.some(isHeadTested) ? "none" : "not tested"}\n${counts}`;
  }
  return `${TITLE}\n${linesTable(lines)}${counts}${headNote(named[0]!)}`;
}

/** Whether a head's selectivity is above its baseline by more than chance and rounding explain. */
function isAbove({ above_baseline, above_baseline_low }: HeadLine): boolean {
  return above_baseline !== undefined && above_baseline > ATTENTION_NOISE &&
    above_baseline_low !== undefined && above_baseline_low > 0;
}

function isHeadTested({ above_baseline_low: low }: HeadLine): boolean {
  return isTested({ low });
}

function countText(heads: readonly HeadLine[], found: number): string {
  const { negation, n, n_baseline } = heads[0]!;
  const without = n - n_baseline;
  const tested = heads.filter(isHeadTested).length;
  const chance = `; about ${
    (BY_CHANCE * tested).toFixed(1)
  } would be if none preferred either word`;
  const note = without === 0 ? "" : `; ${without} of ${n} rows have no twin and are not compared`;
  return sideCountText({
    ...{ negation, unit: "head", tested, found, most: NAMED_HEADS, chance, note },
  });
}
