/** paper.csv: the single published figures, each beside the one that a run has measured; compare/comparison.csv has those of whole tables. */

import type { Protocol } from "../data/pairs.ts";
import { readTables } from "../compare/read_tables.ts";
import { publishedFolder, readPublishedFile } from "../compare/published/published.ts";
import { high, low, numberOrNone } from "../study/columns.ts";
import { estimateIn } from "../study/controls/read_estimate.ts";
import { type CsvRow, readCsvRows } from "../tables/csv.ts";
import { count, fillTable, number, optional, type Row, type Table, table, text } from "../tables/table.ts";
import { joinFiles } from "../tables/estimates.ts";
import type { FinishedPart } from "../parts/shown_parts.ts";
import { QUANTITIES, type Quantity } from "./quantities.ts";

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
