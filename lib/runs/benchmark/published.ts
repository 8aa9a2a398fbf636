/** Figures that were published on a benchmark, from data/published/benchmarks.csv. */

import { PUBLISHED } from "../../benchmark/tables.ts";
import type { PublishedRow } from "../../benchmark/findings.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { type CsvRow, readCsvRows } from "../../tables/csv.ts";
import { type AnyTable, fillTable, type Table } from "../../tables/table.ts";
import type { BenchmarkInputs } from "./inputs.ts";

/** The figures that were published on a set, or on the part of it that a file has. */
export async function publishedFigures(
  { format, part }: Pick<BenchmarkInputs, "format" | "part">,
): Promise<readonly CsvRow[]> {
  const path = await fetchKitFiles(kitPath("data/published/benchmarks.csv"));
  return readCsvRows(await readText(path, MOST_BYTES.own), path)
    .filter((row) =>
      row.text("benchmark") === format.name && (part === undefined || row.text("part") === part)
    );
}

/**
 * The published figures as a table. With `--published` each has the run's own beside it, if the file has as many rows as the part of the set
 * that it is of.
 */
export function publishedTable(
  rows: readonly CsvRow[],
  { tables, published }: { readonly tables: readonly AnyTable[]; readonly published: boolean },
): Table<PublishedRow> {
  const made = tables.flatMap(({ rows }) => [...rows] as Readonly<Record<string, unknown>>[]);
  const parts = new Map(
    rows.filter((row) => row.text("group") === "all")
      .map((row) => [row.text("part"), row.number("n")]),
  );
  return fillTable(PUBLISHED, rows.map((row) => beside(row, { made, parts, published })));
}

function beside(
  row: CsvRow,
  { made, parts, published }: {
    readonly made: readonly Readonly<Record<string, unknown>>[];
    readonly parts: ReadonlyMap<string, number | undefined>;
    readonly published: boolean;
  },
): PublishedRow {
  const [part, group, measure] = [row.text("part"), row.text("group"), row.text("measure")];
  const rowOf = (group: string) =>
    made.find((each) =>
      measure === "accuracy"
        ? each["group"] === group && each["accuracy"] !== undefined
        : each["direction"] === "text_to_image" && each["measure"] === measure
    );
  const isSame = published && rowOf("all")?.["n"] === parts.get(part);
  const byScript = measure === "accuracy" ? "accuracy_published" : "first";
  return {
    part,
    group,
    measure,
    model: row.text("model"),
    n: row.number("n"),
    published: row.number("published")!,
    measured: isSame ? rowOf(group)?.[byScript] as number | undefined : undefined,
    counted: row.text("counted"),
    source: row.text("source"),
  };
}
