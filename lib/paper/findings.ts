/** The text that `deno task paper` prints at its end. */

import {
  CELLS_TITLE,
  comparisonLines,
  type ComparisonSummaryRow,
  VERDICTS,
} from "../compare/published/findings.ts";
import type { PublishedVerdict } from "../compare/published/published_model.ts";
import { glossaryText, methodBlock, type Word, wordsUsed, wrapText } from "../tables/words.ts";
import { intervalText, linesTable } from "../tables/text_table.ts";
import type { PartLeftOut } from "../parts/part.ts";
import { QUANTITIES, type Quantity } from "./parts.ts";
import type { Protocol } from "../data/pairs.ts";
import { readTables } from "../compare/write_comparison.ts";
import { publishedFolder, readPublishedFile } from "../compare/published/figures.ts";
import { high, low, numberOrNone } from "../study/columns.ts";
import { estimateIn } from "../study/controls/read_estimate.ts";
import { type CsvRow, readCsvRows } from "../tables/csv.ts";
import {
  count,
  fillTable,
  number,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../tables/table.ts";
import { joinFiles } from "../tables/estimates.ts";
import type { FinishedPart } from "../parts/shown_parts.ts";

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

/** paper.csv. */
export const PAPER = table(
  "paper",
  "One row for each single figure that was published; those of whole tables are in comparison.csv.",
  {
    quantity: text(
      "`accuracy`, `correct`, `ambiguous` and `incorrect` (rows by d), `r` (of a feature with d), `r_without_block` (the same without the sentence pair that has the most rows) or `accuracy_by_size`.",
    ),
    source: text(
      "Who published the figure: `paper` (Quantmeyer et al. 2024), or `arXiv 2501.10913`, which reports the accuracy of the same model over all rows of VALSE.",
    ),
    protocol: text<Protocol>(
      "How the rows were read and aligned: `standard`, `all` or `rephrased`.",
    ),
    negation: optional(text("The rows of one side, `caption` or `foil`, or `all` rows.")),
    feature: optional(text("The feature of the rows.")),
    threshold: numberOrNone(
      "share of the image",
      "The size that the subjects of the rows exceed.",
    ),
    published_n: optional(count("Rows of the published figure, if they were reported.", "rows")),
    published: number(
      "",
      "The published figure. That of `all` is 379 of 533 rows: its source counts the row whose two sentences are equal as wrong, 379 of 534 or .7097, but the kit leaves this row out, since neither sentence can be preferred.",
    ),
    n: optional(count("Rows of the measured figure, if the table says so.", "rows")),
    measured: numberOrNone("", "The run's figure; empty if the run has none."),
    low: low(""),
    high: high(""),
    inside: optional(
      text<"yes" | "no">(
        "Whether the published figure is inside the measured one's interval; empty without an interval.",
      ),
    ),
    file: optional(text("The table that holds the measured figure, in the run's folder.")),
    line: optional(count("Its line there; the header is line 1.")),
    column: optional(text("Its column.")),
  },
);

/** A row of paper.csv. */
export type PaperRow = Row<
  {
    quantity: string;
    source: string;
    protocol: Protocol;
    negation: string | undefined;
    feature: string | undefined;
    inside: "yes" | "no" | undefined;
    file: string | undefined;
    column: string | undefined;
  },
  "published",
  "threshold" | "published_n" | "n" | "measured" | "low" | "high" | "line"
>;

/**
 * Puts the published figures beside those of finished parts. The rows in the paper's order; figures of parts that did not run stay
 * without a measured value.
 */
export async function besidePublished(
  parts: readonly FinishedPart[],
  published: string = publishedFolder(),
): Promise<Table<PaperRow>> {
  const schemas = QUANTITIES.map(({ schema }) => schema.name);
  const tables = new Map<string, ReadonlyMap<string, readonly CsvRow[]>>();
  for (const { name, folder, manifest } of parts) {
    tables.set(name, await readTables(folder, manifest, schemas));
  }
  const publishedRows = new Map<string, readonly CsvRow[]>();
  for (const file of new Set(QUANTITIES.map((quantity) => quantity.published))) {
    const path = `${published}/${file}`;
    publishedRows.set(file, readCsvRows(await readPublishedFile(path), path));
  }
  const rows: PaperRow[] = [];
  for (const quantity of QUANTITIES) {
    const { name, schema } = quantity;
    const figures = publishedRows.get(quantity.published)!.filter((row) =>
      (row.optional("quantity") ?? name) === name
    );
    for (const [protocol, group] of Map.groupBy(figures, protocolOf)) {
      const part = parts.find((one) => one.name === quantity.part[protocol]);
      const measured = part && tables.get(part.name)!.get(schema.name);
      for (const { first, second } of joinFiles(schema, group, measured ?? [])) {
        if (first !== undefined) {
          rows.push(paperRow(quantity, { figure: first, found: second, part }));
        }
      }
    }
  }
  return fillTable(PAPER, rows);
}

function protocolOf(figure: CsvRow): Protocol {
  return (figure.optional("protocol") ?? "rephrased") as Protocol;
}

function paperRow(
  { name, schema, value, rows = countIn }: Quantity,
  { figure, found, part }: {
    readonly figure: CsvRow;
    readonly found: CsvRow | undefined;
    readonly part: FinishedPart | undefined;
  },
): PaperRow {
  const cellOf = (key: string) => figure.optional(key);
  const numberOf = (key: string) => cellOf(key) === undefined ? undefined : figure.number(key);
  const { value: measured, low, high } = found === undefined
    ? {}
    : estimateIn(found, value, schema.columns[value]!.estimate);
  const published = figure.number(figure.has("published") ? "published" : value)!;
  return {
    quantity: name,
    source: cellOf("source") ?? "paper",
    protocol: protocolOf(figure),
    negation: cellOf("negation"),
    feature: cellOf("feature"),
    threshold: numberOf("threshold"),
    published_n: numberOf("n"),
    published,
    n: found && rows(found),
    measured,
    low,
    high,
    inside: low === undefined || high === undefined
      ? undefined
      : low <= published && published <= high
      ? "yes"
      : "no",
    file: found && `${part!.name}/${schema.name}.csv`,
    line: found?.place.row,
    column: found && value,
  };
}

function countIn(row: CsvRow): number | undefined {
  return row.optional("n") === undefined ? undefined : row.count("n");
}
