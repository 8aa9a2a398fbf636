/** Which heads' attention to the negator matters, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { KnockoutSetSummaryRow } from "./set_tables.ts";
import type { KnockoutPoint } from "./tables.ts";
import { spearman } from "../../stats/correlation.ts";
import { largestNamed, LEAST_NAMED } from "../../subject/effects/noise.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { intervalText, linesTable, numberText } from "../../tables/text_table.ts";
import type { Word } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { HEAD_WORDS, NAMED_HEADS } from "../attend/findings.ts";
import { byChanceText, isTested, sideCountText } from "../side_count.ts";
import { groupsOf } from "../../charts/spec.ts";

type Effects =
  | "mean_effect"
  | "low"
  | "high"
  | "twin_effect"
  | "specific_effect"
  | "specific_low"
  | "specific_high";

/** A head's selectivity and what its attention to the negator adds to d. */
export type KnockoutLine = Reads<
  KnockoutPoint,
  "negation" | "layer" | "head" | "n" | "n_twin" | "selectivity" | Effects
>;

/** What the attention of several heads together adds to d. */
export type KnockoutSetLine = Reads<
  KnockoutSetSummaryRow,
  "negation" | "segment" | "heads" | Effects
>;

const TITLE = "Largest effects on d of a head's attention to the negator";

/** What the words of the table mean. */
export const KNOCKOUT_WORDS: readonly Word[] = [
  {
    word: "effect",
    means:
      "mean of d minus d without the head's attention to the negator: above 0 it adds to d, below 0 it takes away; listed if it is at least 0.01, of either sign, and its 95 % interval excludes 0, unless the interval of specific includes 0. A head that writes the same wherever it looks has one too, since its output is missing; with --renormalize it looks elsewhere and has none",
  },
  {
    word: "twin's",
    means:
      "the same for the word in the negator's place in the affirmative sentence, counted as if in the negated one; a head that does the same whichever word stands there, and so nothing about negation, has twin's = effect",
  },
  {
    word: "specific",
    means:
      "effect minus twin's over the rows whose negator has a twin: what goes back to the negator itself. For all heads together it is near d in any model, and with --renormalize equal to it, since the sentences differ in nothing else",
  },
  HEAD_WORDS.find(({ word }) => word === "selectivity")!,
];

/**
 * Lists the heads with the largest effects of each side, of either sign, whose intervals exclude 0; what the set of heads does
 * together; and how selectivity and effect correlate.
 *
 * @param points One for each head and side.
 * @param sets Rows of knockout_set_summary.csv.
 */
export function knockoutFindings(
  points: readonly KnockoutLine[],
  sets: readonly KnockoutSetLine[],
): string {
  const sides = groupsOf(points, ({ negation }) => negation);
  const found = sides.map(largestNamed);
  const specific = found.map((own) => own.filter((row) => !isTwins(row)));
  const named = specific.flatMap((own) => own.slice(0, NAMED_HEADS));
  const lines = named.map((row) => ({
    negated: row.negation,
    head: headName(row),
    effect: row.mean_effect,
    "95 % interval": intervalText(row),
    "twin's": row.twin_effect,
    specific: row.specific_effect,
    "its interval": intervalText({ low: row.specific_low, high: row.specific_high }),
  }));
  const none = !points.some(isTested)
    ? "not tested"
    : found.some((own) => own.length > 0)
    ? "none that is specific to it"
    : `none of ${LEAST_NAMED} or more whose 95 % interval excludes 0`;
  const table = lines.length === 0
    ? `${wrapText(`${TITLE}: ${none}`)}\n`
    : `${TITLE}\n${linesTable(lines)}`;
  const example = named[0] ?? points[0];
  return [
    table,
    ...sides.map((side, i) => countText(side, specific[i]!.length)),
    ...found.map((own) => twinsText(own.filter(isTwins))),
    ...sets.filter(({ segment }) => segment === "all").map(setText),
    ...sides.map(rhoText),
    ...sides.map(twinText),
    example === undefined ? "" : headNote(example),
  ].join("");
}

/** Whether an effect is as large for the twin, so that it is not about the negator. */
function isTwins({ specific_low, specific_high }: KnockoutLine): boolean {
  return specific_low !== undefined && specific_high !== undefined &&
    specific_low <= 0 && specific_high >= 0;
}

function twinsText(heads: readonly KnockoutLine[]): string {
  if (heads.length === 0) return "";
  const names = heads.slice(0, NAMED_HEADS).map((row) =>
    `${headName(row)} (${numberText(row.mean_effect!, 3)}, specific ${
      withInterval(row.specific_effect, row.specific_low, row.specific_high)
    })`
  );
  const more = heads.length > NAMED_HEADS ? ` and ${heads.length - NAMED_HEADS} more` : "";
  const text = `${heads[0]!.negation}-negated, not listed since the twin's effect is alike: ` +
    `${names.join(", ")}${more}`;
  return `${wrapText(text)}\n`;
}

function countText(side: readonly KnockoutLine[], found: number): string {
  const tested = side.filter(isTested).length;
  const chance = byChanceText(tested);
  const { negation } = side[0]!;
  return sideCountText({ negation, unit: "head", tested, found, most: NAMED_HEADS, chance });
}

function setText(row: KnockoutSetLine): string {
  const which = row.heads === "all" ? "all heads" : `heads ${row.heads}`;
  return `${row.negation}-negated, ${which} together: effect ${
    withInterval(row.mean_effect, row.low, row.high)
  },\n  twin's ${withInterval(row.twin_effect)}, specific ${
    withInterval(row.specific_effect, row.specific_low, row.specific_high)
  }\n`;
}

function rhoText(side: readonly KnockoutLine[]): string {
  const known = side.flatMap(({ selectivity, mean_effect }) =>
    selectivity === undefined || mean_effect === undefined ? [] : [{ selectivity, mean_effect }]
  );
  const rho = spearman(
    known.map(({ selectivity }) => selectivity),
    known.map(({ mean_effect }) => mean_effect),
  );
  return `${side[0]!.negation}-negated: Spearman's rho of selectivity and effect ${
    rho === undefined ? "undefined" : rho.toFixed(3)
  }\n`;
}

function twinText(side: readonly KnockoutLine[]): string {
  const { negation, n, n_twin } = side[0]!;
  return n === n_twin
    ? ""
    : `${negation}-negated: ${
      n - n_twin
    } of ${n} rows have no twin and count for the effect alone\n`;
}

function withInterval(value: number | undefined, low?: number, high?: number): string {
  if (value === undefined) return "unknown";
  const bounds = intervalText({ low, high });
  return bounds === "" ? numberText(value, 3) : `${numberText(value, 3)} (${bounds})`;
}
