/** paper.csv: every published figure beside the one that a run has measured. */

import type { ModelSizes } from "../files/manifest.ts";
import type { Protocol } from "../data/pairs.ts";
import { readTables } from "../compare/read_tables.ts";
import { publishedFolder, readPublishedFile } from "../compare/published/published.ts";
import { high, low, numberOrNone } from "../study/columns.ts";
import { estimateIn } from "../study/controls/read_estimate.ts";
import { type CsvRow, readCsvRows } from "../tables/csv_row.ts";
import { count, fillTable, number, optional, table, text } from "../tables/schema.ts";
import type { Row, Table } from "../tables/table.ts";
import { joinFiles } from "../tables/join.ts";
import type { FinishedPart } from "../parts/read_part.ts";
import { QUANTITIES, type Quantity } from "./quantities.ts";

/** paper.csv. */
export const PAPER = table("paper", "One row for each figure that the paper reports.", {
  quantity: text(
    "`accuracy`, `correct`, `ambiguous` and `incorrect` (rows by d), `cte`, `selectivity`, `correlation_with_d`, `attention_difference`, `r` (of a feature with d), `r_without_block` (the same without the sentence pair that has the most rows) or `accuracy_by_size`.",
  ),
  source: text(
    "Who published the figure: `paper` (Quantmeyer et al. 2024), or `arXiv 2501.10913`, which reports the accuracy of the same model over all rows of VALSE.",
  ),
  protocol: text<Protocol>(
    "How the rows were read and aligned: `standard`, `all` or `rephrased`.",
  ),
  negation: optional(text("The rows of one side, `caption` or `foil`, or `all` rows.")),
  segment: optional(text("The rows of one segment; empty if the figure is over all segments.")),
  layer: optional(count("The block's number from 1; 0 for the embeddings.")),
  head: optional(count("The head's number from 1.")),
  role: optional(text("The token's role in the negated sentence.")),
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
  same_place: optional(
    text<"yes" | "no">(
      "For a measured figure of a layer: whether the measured text encoder has as many blocks as the published one and, for that of a head, as many heads, so that equal numbers mean the same place. Otherwise it is not compared.",
    ),
  ),
  inside: optional(
    text<"yes" | "no">(
      "Whether the published figure is inside the measured one's interval; empty without an interval, and where `same_place` is `no`.",
    ),
  ),
  file: optional(text("The table that holds the measured figure, in the run's folder.")),
  line: optional(count("Its line there; the header is line 1.")),
  column: optional(text("Its column.")),
});

/** A row of paper.csv. */
export type PaperRow = Row<
  {
    quantity: string;
    source: string;
    protocol: Protocol;
    negation: string | undefined;
    segment: string | undefined;
    role: string | undefined;
    feature: string | undefined;
    same_place: "yes" | "no" | undefined;
    inside: "yes" | "no" | undefined;
    file: string | undefined;
    column: string | undefined;
  },
  "published",
  "layer" | "head" | "threshold" | "published_n" | "n" | "measured" | "low" | "high" | "line"
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
  const sizes = sizesOf([...publishedRows.values()].flat());
  const rows: PaperRow[] = [];
  for (const quantity of QUANTITIES) {
    const { name, schema, isOwn = () => true } = quantity;
    const figures = publishedRows.get(quantity.published)!.filter((row) =>
      (row.optional("quantity") ?? name) === name
    );
    for (const [protocol, group] of Map.groupBy(figures, protocolOf)) {
      const part = parts.find((one) => one.name === quantity.part[protocol]);
      const measured = part && tables.get(part.name)!.get(schema.name)?.filter(isOwn);
      for (const { first, second } of joinFiles(schema, group, measured ?? [])) {
        if (first !== undefined) {
          rows.push(paperRow(quantity, { figure: first, found: second, part, sizes }));
        }
      }
    }
  }
  return fillTable(PAPER, rows);
}

function protocolOf(figure: CsvRow): Protocol {
  return (figure.optional("protocol") ?? "rephrased") as Protocol;
}

type EncoderSizes = Pick<ModelSizes, "layers" | "heads">;

/** The sizes of the published text encoder: its figures reach from its first to its last block and head. */
function sizesOf(figures: readonly CsvRow[]): EncoderSizes {
  const greatest = (key: string) =>
    figures.reduce((most, row) => Math.max(most, Number(row.optional(key) ?? 0)), 0);
  return { layers: greatest("layer"), heads: greatest("head") };
}

function paperRow(
  { name, schema, value, rows = countIn }: Quantity,
  { figure, found, part, sizes }: {
    readonly figure: CsvRow;
    readonly found: CsvRow | undefined;
    readonly part: FinishedPart | undefined;
    readonly sizes: EncoderSizes;
  },
): PaperRow {
  const cellOf = (key: string) => figure.optional(key);
  const numberOf = (key: string) => cellOf(key) === undefined ? undefined : figure.number(key);
  const { value: measured, low, high } = found === undefined
    ? {}
    : estimateIn(found, value, schema.columns[value]!.estimate);
  const published = figure.number(figure.has("published") ? "published" : value)!;
  const [layer, head] = [numberOf("layer"), numberOf("head")];
  const isThere = found === undefined || layer === undefined
    ? undefined
    : isSamePlace(head, sizes, part!.manifest.model?.text);
  return {
    quantity: name,
    source: cellOf("source") ?? "paper",
    protocol: protocolOf(figure),
    negation: cellOf("negation"),
    segment: cellOf("segment"),
    layer,
    head,
    role: cellOf("role"),
    feature: cellOf("feature"),
    threshold: numberOf("threshold"),
    published_n: numberOf("n"),
    published,
    n: found && rows(found),
    measured,
    low,
    high,
    same_place: isThere === undefined ? undefined : yesOrNo(isThere),
    inside: low === undefined || high === undefined || isThere === false
      ? undefined
      : yesOrNo(low <= published && published <= high),
    file: found && `${part!.name}/${schema.name}.csv`,
    line: found?.place.row,
    column: found && value,
  };
}

function yesOrNo(is: boolean): "yes" | "no" {
  return is ? "yes" : "no";
}

/** Whether a layer, and a head if the figure is of one, is at the same place in both text encoders; a run that does not say its sizes is of neither. */
function isSamePlace(
  head: number | undefined,
  published: EncoderSizes,
  measured: EncoderSizes | undefined,
): boolean {
  if (measured?.layers !== published.layers) return false;
  return head === undefined || measured.heads === published.heads;
}

function countIn(row: CsvRow): number | undefined {
  return row.optional("n") === undefined ? undefined : row.count("n");
}
