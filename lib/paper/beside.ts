/** paper.csv: every published figure beside the one that a run has measured. */

import type { Manifest, ModelSizes } from "../files/manifest.ts";
import { readWritten } from "../files/sealed_manifest.ts";
import type { Protocol } from "../data/pairs.ts";
import { publishedFolder, readPublishedFile } from "../published/published.ts";
import { high, low, numberOrNone } from "../study/columns.ts";
import { type CsvRow, readCsvRows } from "../tables/csv_row.ts";
import { count, fillTable, number, optional, type RowOf, table, text } from "../tables/schema.ts";
import type { Table } from "../tables/table.ts";
import { type Key, QUANTITIES, type Quantity } from "./quantities.ts";

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
export type PaperRow = RowOf<typeof PAPER>;

/** A finished part: its folder and its manifest. */
export interface FinishedPart {
  /** The folder's name. */
  readonly name: string;
  /** Its path. */
  readonly folder: string;
  /** Its manifest. */
  readonly manifest: Manifest;
}

/** The checksums of a part's files by name, without its report, which follows from them. */
export function partFiles({ manifest: { checksums = {} } }: FinishedPart): Record<string, string> {
  return Object.fromEntries(Object.entries(checksums).filter(([file]) => file !== "report.html"));
}

/**
 * Puts the published figures beside those of finished parts.
 *
 * @param parts The parts.
 * @param published The folder of the published tables. @default {data/published}
 * @returns The rows in the paper's order; figures of parts that did not run stay without a measured value.
 * @throws {NegscopeError} If a table cannot be read, or is not as its run wrote it.
 */
export async function besidePublished(
  parts: readonly FinishedPart[],
  published: string = publishedFolder(),
): Promise<Table<PaperRow>> {
  const tables = new Tables(parts);
  const files = new Map<string, readonly CsvRow[]>();
  for (const file of new Set(QUANTITIES.map((quantity) => quantity.published))) {
    const path = `${published}/${file}`;
    files.set(file, readCsvRows(await readPublishedFile(path), path));
  }
  const figures: Figure[] = [];
  for (const quantity of QUANTITIES) {
    for (const row of files.get(quantity.published)!) {
      if ((row.optional("quantity") ?? quantity.name) === quantity.name) {
        figures.push({ row, quantity });
      }
    }
  }
  const sizes = sizesOf(figures);
  const rows: PaperRow[] = [];
  for (const figure of figures) rows.push(await paperRow(figure, sizes, tables));
  return fillTable(PAPER, rows);
}

/** A published figure. */
interface Figure {
  readonly row: CsvRow;
  readonly quantity: Quantity;
}

/** The sizes of the published text encoder: its figures reach from its first to its last block and head. */
function sizesOf(figures: readonly Figure[]): Pick<ModelSizes, "layers" | "heads"> {
  const greatest = (key: Key) =>
    figures.reduce((most, { row, quantity: { keys } }) => {
      const own = keys.includes(key) ? row.count(key) : 0;
      return Math.max(most, own);
    }, 0);
  return { layers: greatest("layer"), heads: greatest("head") };
}

async function paperRow(
  { row: figure, quantity }: Figure,
  sizes: Pick<ModelSizes, "layers" | "heads">,
  tables: Tables,
): Promise<PaperRow> {
  const { name, keys, interval, value, rows = countIn } = quantity;
  const protocol = (figure.optional("protocol") ?? "rephrased") as Protocol;
  const cellOf = (key: string) => figure.optional(key);
  const numberOf = (key: string) => cellOf(key) === undefined ? undefined : figure.number(key);
  const part = quantity.part[protocol];
  const file = part && `${part}/${quantity.table}.csv`;
  const found = part === undefined
    ? undefined
    : await tables.find(part, quantity, keys.map(cellOf));
  const [low, high] = (interval ?? []).map((column) => found?.number(column));
  const published = figure.number(quantity.publishedValue)!;
  const isThere = found === undefined || !keys.includes("layer")
    ? undefined
    : isSamePlace(keys, sizes, tables.sizesOf(part!));
  return {
    ...{ quantity: name, source: cellOf("source") ?? "paper", protocol },
    ...{ negation: cellOf("negation"), segment: cellOf("segment") },
    ...{ layer: numberOf("layer"), head: numberOf("head"), role: cellOf("role") },
    ...{ feature: cellOf("feature"), threshold: numberOf("threshold") },
    ...{ published_n: numberOf("n"), published, n: found && rows(found) },
    ...{ measured: found?.number(value), low, high },
    same_place: isThere === undefined ? undefined : yesOrNo(isThere),
    inside: low === undefined || high === undefined || isThere === false
      ? undefined
      : yesOrNo(low <= published && published <= high),
    ...found === undefined
      ? { file: undefined, line: undefined, column: undefined }
      : { file, line: found.place.row, column: value },
  };
}

function yesOrNo(is: boolean): "yes" | "no" {
  return is ? "yes" : "no";
}

/** Whether a layer, and a head if the figure is of one, is at the same place in both text encoders; a run that does not say its sizes is of neither. */
function isSamePlace(
  keys: readonly Key[],
  published: Pick<ModelSizes, "layers" | "heads">,
  measured: Pick<ModelSizes, "layers" | "heads"> | undefined,
): boolean {
  if (measured?.layers !== published.layers) return false;
  return !keys.includes("head") || measured.heads === published.heads;
}

function countIn(row: CsvRow): number | undefined {
  return row.optional("n") === undefined ? undefined : row.count("n");
}

/** The tables of the parts, each read once and indexed by the keys of its figures. */
class Tables {
  readonly #parts: readonly FinishedPart[];
  readonly #rows = new Map<string, readonly CsvRow[]>();
  readonly #indexes = new Map<string, ReadonlyMap<string, CsvRow>>();

  constructor(parts: readonly FinishedPart[]) {
    this.#parts = parts;
  }

  /** The sizes of the text encoder that a part measured. */
  sizesOf(part: string): ModelSizes | undefined {
    return this.#parts.find(({ name }) => name === part)?.manifest.model?.text;
  }

  /** The row of a figure; undefined if the part did not run, or its table has no such row. */
  async find(
    part: string,
    quantity: Quantity,
    cells: readonly (string | undefined)[],
  ): Promise<CsvRow | undefined> {
    const own = this.#parts.find(({ name }) => name === part);
    if (own === undefined) return undefined;
    const place = `${part}/${quantity.name}`;
    let index = this.#indexes.get(place);
    if (index === undefined) {
      index = indexOf(await this.#rowsOf(own, quantity.table), quantity);
      this.#indexes.set(place, index);
    }
    return index.get(cells.join());
  }

  async #rowsOf(
    { name: part, folder, manifest: { checksums = {} } }: FinishedPart,
    table: string,
  ): Promise<readonly CsvRow[]> {
    const name = `${table}.csv`;
    const known = this.#rows.get(`${part}/${name}`);
    if (known !== undefined) return known;
    const text = await readWritten(folder, name, checksums);
    const rows = readCsvRows(text, `${folder}/${name}`);
    this.#rows.set(`${part}/${name}`, rows);
    return rows;
  }
}

/** Rows by the keys of a quantity's figures. */
function indexOf(
  rows: readonly CsvRow[],
  { keys, isOwn = () => true }: Quantity,
): ReadonlyMap<string, CsvRow> {
  const own = rows.filter(isOwn);
  return new Map(own.map((row) => [keys.map((key) => row.optional(key)).join(), row]));
}
