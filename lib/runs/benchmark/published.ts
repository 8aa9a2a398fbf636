/** Figures that were published on a benchmark, from data/published/benchmarks.csv. */

import { PUBLISHED } from "../../benchmark/tables.ts";
import type { PublishedRow } from "../../benchmark/findings.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { type CsvRow, readCsvRows } from "../../tables/csv_row.ts";
import { fillTable } from "../../tables/schema.ts";
import type { AnyTable, Table } from "../../tables/table.ts";
import type { BenchmarkInputs } from "./inputs.ts";

/** The published figures of a set, each with the run's own on the same group. */
export async function publishedTable(
  { format }: Pick<BenchmarkInputs, "format">,
  tables: readonly AnyTable[],
): Promise<{ readonly table: Table<PublishedRow> }> {
  const path = await fetchKitFiles(kitPath("data/published/benchmarks.csv"));
  const rows = readCsvRows(await readText(path, MOST_BYTES.own), path);
  const ofSet = rows.filter((row) => row.text("benchmark") === format.name);
  return { table: fillTable(PUBLISHED, ofSet.map((row) => beside(row, tables))) };
}

function beside(row: CsvRow, tables: readonly AnyTable[]): PublishedRow {
  const [part, group, measure] = [row.text("part"), row.text("group"), row.text("measure")];
  const own = tables.flatMap(({ rows }) => [...rows] as Readonly<Record<string, unknown>>[])
    .find((made) =>
      measure === "accuracy"
        ? made["group"] === group && made["accuracy"] !== undefined
        : made["direction"] === "text_to_image" && made[measure] !== undefined
    );
  return {
    part,
    group,
    measure,
    model: row.text("model"),
    n: row.number("n"),
    published: row.number("published")!,
    measured: own?.[measure] as number | undefined,
    measured_n: own?.["n"] as number | undefined,
    counted: row.text("counted"),
    source: row.text("source"),
  };
}
