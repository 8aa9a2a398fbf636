/** The text that `deno task paper` prints at its end. */

import { CELLS_TITLE, comparisonLines, VERDICTS } from "../compare/published/findings.ts";
import type { PublishedVerdict } from "../compare/published/published_model.ts";
import type { ComparisonSummaryRow } from "../compare/published/summary.ts";
import { glossaryText, methodBlock, type Word, wordsUsed, wrapText } from "../tables/words.ts";
import { intervalText, linesTable } from "../tables/text_table.ts";
import type { PaperRow } from "./beside.ts";
import type { PartLeftOut } from "../parts/part.ts";
import { QUANTITIES } from "./quantities.ts";

export interface PaperFindings {
  readonly model: string;
  /** Whether model and data are the published ones. */
  readonly verdict: PublishedVerdict;
  /** What each part found, in sentences, by its title. @default {nothing} */
  readonly found?: readonly (readonly [title: string, sentences: string])[];
  readonly rows: readonly PaperRow[];
  /** How near whole tables are to the published ones. */
  readonly compared: readonly ComparisonSummaryRow[];
  /** Whether layers and heads of equal numbers are at the same place as the published ones. */
  readonly isSamePlace: boolean;
  readonly leftOut: readonly PartLeftOut[];
}

/** Says what was found, how far the published figures are inside the measured intervals, and what each quantity is. */
export function paperText(
  { model, verdict, found = [], rows, compared, isSamePlace, leftOut }: PaperFindings,
): string {
  const isComparable = verdict !== "not published";
  const figures = rows.filter((row) => !isCount(row)).map((row) => ({
    figure: figureName(row),
    source: row.source,
    protocol: row.protocol,
    negated: row.negation ?? "",
    "published n": row.published_n,
    published: row.published,
    n: row.n,
    measured: row.measured,
    "95 % interval": intervalText(row),
    ...isComparable && { inside: row.inside ?? "" },
  }));
  const counts = rows.filter(isCount).map((row) => ({
    rows: row.quantity,
    protocol: row.protocol,
    published: row.published,
    of: row.published_n,
    measured: row.measured,
    "of all": row.n,
  }));
  const sentences = [
    ...found.map(([title, sentences]) => `${title}: ${sentences}`),
    ...isComparable ? [insideText(rows)] : [],
  ];
  return [
    wrapText(`negscope paper: ${model}`),
    ...sentences.length === 0 ? [] : [sentences.map((text) => wrapText(text)).join("\n")],
    `Published and measured\n${linesTable(figures).trimEnd()}`,
    `Rows by segment\n${linesTable(counts).trimEnd()}`,
    ...isSamePlace && compared.length > 0
      ? [`${CELLS_TITLE}\n${linesTable(comparisonLines(compared)).trimEnd()}`]
      : [],
    ...figures.some(({ figure, measured }) => /size >/.test(figure) && measured === undefined)
      ? [wrapText(OTHER_SIZES)]
      : [],
    ...isSamePlace ? [] : [wrapText(OTHER_PLACES)],
    methodBlock([
      wrapText(`Model and data: ${VERDICTS[verdict]}`),
      ...leftOut.map(({ title, reason, fix }) =>
        wrapText(`Not run: ${title}, since ${reason}; ${fix}`)
      ),
    ]).trimEnd(),
    glossaryText(wordsOf(rows, isComparable)).trimEnd(),
  ].join("\n\n").replace(/\n*$/, "\n");
}

/** How many of the figures that stand alone lie inside the intervals. */
function insideText(rows: readonly PaperRow[]): string {
  const known = rows.filter(({ inside }) => inside !== undefined);
  const inside = known.filter((row) => row.inside === "yes").length;
  return `Of the ${known.length} published figures of accuracies and correlations with a measured 95 % interval, ${inside} lie inside it.`;
}

/** What is said of thresholds of sizes without a measured figure. */
const OTHER_SIZES =
  "Sizes without a measured figure: the rows have no sizes, or fewer than a tenth of the subjects are larger than .2, so that the run has the quartiles of the sizes as thresholds (correlate/size_accuracy.csv).";

/** What is said of a model whose layers and heads are others than the published ones of equal numbers. */
const OTHER_PLACES =
  "The published maps are not compared cell by cell: the text encoder does not have as many blocks and heads as the published one (12 blocks of 8 heads), so that equal numbers of layers or heads do not mean equal places. compare/comparison.csv has both side by side.";

const INSIDE: Word = {
  word: "inside",
  means:
    "whether the published figure is in the measured one's 95 % interval. The published figures have none; both may be of the same images, so that an interval says how far d varies over such rows, not how exact a repetition is, and the wide interval of few rows holds many figures",
};

const SOURCE: Word = {
  word: "arXiv 2501.10913",
  means:
    "not the paper, but a later one, which reports the accuracy of the same model over all 534 rows; shown over the 533 rows that can be compared (379 are right)",
};

/** The words of the text: of the quantities, those that have figures. */
function wordsOf(rows: readonly PaperRow[], isComparable: boolean): readonly Word[] {
  const names = rows.map(({ quantity, source }) => `${quantity} ${source}`);
  const quantities = QUANTITIES.map(({ name, means }) => ({ word: name, means }));
  const used = wordsUsed([...new Set(names)].join("\n"), [...quantities, SOURCE]);
  return isComparable ? [...used, INSIDE] : used;
}

/** Quantities that are numbers of rows, which have no interval. */
const COUNTS = ["correct", "ambiguous", "incorrect"];

function isCount({ quantity }: Pick<PaperRow, "quantity">): boolean {
  return COUNTS.includes(quantity);
}

/** A figure's name, with the feature or the threshold that it is of. */
function figureName({ quantity, feature, threshold }: PaperRow): string {
  if (feature !== undefined) return `${quantity} of ${feature}`;
  if (threshold !== undefined) return `${quantity}, size > ${threshold}`;
  return quantity;
}
