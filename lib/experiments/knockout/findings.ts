/** Which heads' attention to the negator matters, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { KnockoutSetSummaryRow } from "./set_tables.ts";
import type { KnockoutPoint, KnockoutSummaryRow } from "./tables.ts";
import { spearman } from "../../stats/correlation.ts";
import { isNamedShare, largestShares, type ShareLine } from "../../study/effects/named_shares.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { intervalText, numberText } from "../../tables/text_table.ts";
import type { Word } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { HEAD_WORDS, NAMED_HEADS } from "../attend/findings.ts";
import { namedParts, SHARE_OF_D_WORDS } from "../named_parts.ts";
import { groupsOf } from "../../charts/spec.ts";
import { specificLine } from "./specific.ts";

type Effects =
  | "mean_effect"
  | "low"
  | "high"
  | "share"
  | "simultaneous_low"
  | "simultaneous_high"
  | "n_twin"
  | "twin_effect"
  | "specific_effect"
  | "specific_low"
  | "specific_high"
  | "specific_share"
  | "specific_simultaneous_low"
  | "specific_simultaneous_high";

/** A head's selectivity and what its attention to the negator adds to d. */
export type KnockoutLine = Reads<
  KnockoutPoint,
  "negation" | "layer" | "head" | "n" | "n_twin" | "selectivity" | "share" | "specific_share"
>;

/** What a head's attention to the negator adds to d in a group of rows. */
export type KnockoutGroupLine = Reads<
  KnockoutSummaryRow,
  "negation" | "segment" | "layer" | "head" | Effects
>;

/** What the attention of several heads together adds to d. */
export type KnockoutSetLine = Reads<
  KnockoutSetSummaryRow,
  "negation" | "segment" | "heads" | Effects
>;

/** The rows of the tables that the text reads. */
export interface KnockoutLines {
  /** Of knockout_summary.csv. */
  readonly summary: readonly KnockoutGroupLine[];
  /** Of knockout_heads.csv. */
  readonly points: readonly KnockoutLine[];
  /** Of knockout_set_summary.csv. */
  readonly sets: readonly KnockoutSetLine[];
}

const TITLE = "Largest shares of d of a head's attention to the negator";

/** What the words of the table mean. */
export const KNOCKOUT_WORDS: readonly Word[] = [
  ...SHARE_OF_D_WORDS,
  {
    word: "effect",
    means:
      "mean of d minus d without the head's attention to the negator, less twin's: what goes back to the negator itself. Above 0 it adds to d, below 0 it takes away. For all heads together it is near d in any model, and with --renormalize equal to it, since the sentences differ in nothing else",
  },
  {
    word: "twin's",
    means:
      "the same for the word in the negator's place in the affirmative sentence, counted as if in the negated one, over the rows whose negator has such a twin. A head that does the same whichever word stands there, or that writes the same wherever it looks, does nothing about negation: its effect less twin's is near 0. Empty where no negator has a twin; the effect is then the plain one",
  },
  HEAD_WORDS.find(({ word }) => word === "selectivity")!,
];

/**
 * Lists the heads of each side whose attention to the negator has the largest shares of d, less what the same attention does to the
 * negator's twin; what the set of heads does together; and how selectivity and share correlate.
 *
 * @param lines The tables' rows.
 */
export function knockoutFindings({ summary, points, sets }: KnockoutLines): string {
  const { text, named } = namedParts(summary.map(specificLine), {
    ...{ title: TITLE, unit: "head", most: NAMED_HEADS },
    nameOf: (line) => ({ head: headName(line) }),
    more: ({ twin_effect }) => ({ "twin's": twin_effect }),
  });
  const sides = groupsOf(points, ({ negation }) => negation);
  const whole = groupsOf(summary.filter(({ segment }) => segment === "all"), (row) => row.negation);
  const example = named[0] ?? points[0];
  return [
    text,
    ...whole.map(twinsText),
    ...sets.filter(({ segment }) => segment === "all").map(setText),
    ...sides.map(rhoText),
    ...sides.map(twinText),
    example === undefined ? "" : headNote(example),
  ].join("");
}

/** The heads whose attention has a share of d, but none for certain beyond that of the same attention to the twin. */
function twinsText(side: readonly KnockoutGroupLine[]): string {
  const heads = largestShares(side).filter((line) => !isNamedShare(specificLine(line)));
  if (heads.length === 0) return "";
  const names = heads.slice(0, NAMED_HEADS).map((row) =>
    `${headName(row)} (${shareText(row)}, less twin's ${shareText(specificLine(row))})`
  );
  const more = heads.length > NAMED_HEADS ? ` and ${heads.length - NAMED_HEADS} more` : "";
  const text =
    `${
      heads[0]!.negation
    }-negated, not listed, since less the twin's their shares cannot be told from 0: ` +
    `${names.join(", ")}${more}`;
  return `${wrapText(text)}\n`;
}

function setText(row: KnockoutSetLine): string {
  const which = row.heads === "all" ? "all heads" : `heads ${row.heads}`;
  const text = `${row.negation}-negated, ${which} together: share ${
    shareText(specificLine(row))
  }, effect ${withInterval(row.specific_effect, row.specific_low, row.specific_high)}, twin's ${
    withInterval(row.twin_effect)
  }`;
  return `${wrapText(text)}\n`;
}

function rhoText(side: readonly KnockoutLine[]): string {
  const known = side.flatMap(({ selectivity, n_twin, share, specific_share }) => {
    const own = n_twin === 0 ? share : specific_share;
    return selectivity === undefined || own === undefined ? [] : [{ selectivity, share: own }];
  });
  const rho = spearman(
    known.map(({ selectivity }) => selectivity),
    known.map(({ share }) => share),
  );
  return `${side[0]!.negation}-negated: Spearman's rho of selectivity and share ${
    rho === undefined ? "undefined" : rho.toFixed(3)
  }\n`;
}

function shareText(line: ShareLine): string {
  return withInterval(line.share, line.simultaneous_low, line.simultaneous_high);
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
