/** paper.csv: every published figure beside the one that a run has measured. */

import { NegscopeError, readingFailure } from "../errors.ts";
import type { Manifest } from "../files/manifest.ts";
import { readWritten } from "../files/not_as_written.ts";
import type { Protocol } from "../data/pairs.ts";
import { PUBLISHED_FOLDER } from "../published/published.ts";
import { high, low, numberOrNone } from "../subject/columns.ts";
import { type CsvRow, readCsvRows } from "../tables/csv_row.ts";
import { count, fillTable, number, optional, type RowOf, table, text } from "../tables/schema.ts";
import type { Table } from "../tables/table.ts";
import { KEYS, QUANTITIES, type Quantity } from "./quantities.ts";

/** paper.csv. */
export const PAPER = table("paper", "One row for each figure that the paper reports.", {
  quantity: text(
    "`accuracy`, `correct`, `ambiguous` and `incorrect` (rows by d), `cte`, `selectivity`, `correlation_with_d`, `attention_difference`, `r` (of a feature with d) or `accuracy_by_size`.",
  ),
  protocol: text<Protocol>(
    "How the rows were read and aligned: `standard`, `all` or `rephrased`. The figure of `all` is not the paper's but that of arXiv 2501.10913 for the same model.",
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
  published: number("", "The paper's figure."),
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
  published: string = PUBLISHED_FOLDER,
): Promise<Table<PaperRow>> {
  const tables = new Tables(parts);
  const rows: PaperRow[] = [];
  for (const quantity of QUANTITIES) {
    const path = `${published}/${quantity.published}`;
    for (const row of readCsvRows(await publishedText(path), path)) {
      const isOther = row.optional("quantity") !== undefined &&
        row.optional("quantity") !== quantity.name;
      if (!isOther) rows.push(await paperRow(row, quantity, tables));
    }
  }
  return fillTable(PAPER, rows);
}

async function publishedText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new NegscopeError("published-damaged", {
      problem: `Cannot read "${path}"`,
      subject: path,
      reason: readingFailure(cause),
      fix: "install the kit again",
      cause,
    });
  }
}

async function paperRow(
  figure: CsvRow,
  quantity: Quantity,
  tables: Tables,
): Promise<PaperRow> {
  const { name, keys, interval, value } = quantity;
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
  return {
    ...{ quantity: name, protocol, negation: cellOf("negation"), segment: cellOf("segment") },
    ...{ layer: numberOf("layer"), head: numberOf("head"), role: cellOf("role") },
    ...{ feature: cellOf("feature"), threshold: numberOf("threshold") },
    ...{ published_n: numberOf("n"), published, n: found && countIn(found) },
    ...{ measured: found?.number(value), low, high },
    inside: low === undefined || high === undefined
      ? undefined
      : low <= published && published <= high
      ? "yes"
      : "no",
    ...found === undefined
      ? { file: undefined, line: undefined, column: undefined }
      : { file, line: found.place.row, column: value },
  };
}

function countIn(row: CsvRow): number | undefined {
  return row.optional("n") === undefined ? undefined : row.count("n");
}

/** The tables of the parts, each read once and indexed by the keys of its figures. */
class Tables {
  readonly #parts: readonly FinishedPart[];
  readonly #indexes = new Map<string, Promise<ReadonlyMap<string, CsvRow>>>();

  constructor(parts: readonly FinishedPart[]) {
    this.#parts = parts;
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
    if (index === undefined) this.#indexes.set(place, index = indexOf(own, quantity));
    return (await index).get(cells.join());
  }
}

async function indexOf(
  { folder, manifest: { checksums = {} } }: FinishedPart,
  { table, keys, fixed = {} }: Quantity,
): Promise<ReadonlyMap<string, CsvRow>> {
  const name = `${table}.csv`;
  const rows = readCsvRows(await readWritten(folder, name, checksums), `${folder}/${name}`);
  const own = rows.filter((row) =>
    Object.entries(fixed).every(([column, cell]) => row.optional(column) === cell)
  );
  return new Map(own.map((row) => [keys.map((key) => row.optional(key)).join(), row]));
}

/** The columns of paper.csv that identify a figure. */
export const PAPER_KEYS = ["quantity", "protocol", ...KEYS] as const;
