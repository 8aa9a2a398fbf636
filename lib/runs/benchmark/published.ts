/** Figures that were published on a benchmark, from data/published/benchmarks.csv. */

import type { PublishedRow } from "../../benchmark/findings.ts";
import type { FIGURES } from "../../benchmark/tables.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { type CsvRow, readCsvRows } from "../../tables/csv_row.ts";
import type { RowOf } from "../../tables/schema.ts";
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
 * The published figures. With `--published` each has the run's own beside it, if the file has as many rows as the part of the set that it is
 * of.
 */
export function besidePublished(
  rows: readonly CsvRow[],
  { figures, published }: {
    readonly figures: readonly RowOf<typeof FIGURES>[];
    readonly published: boolean;
  },
): PublishedRow[] {
  const parts = new Map(
    rows.filter((row) => row.text("group") === "all")
      .map((row) => [row.text("part"), row.number("n")]),
  );
  return rows.map((row) => {
    const [part, group, measure] = [row.text("part"), row.text("group"), row.text("measure")];
    const own = (group: string) =>
      figures.find((figure) =>
        measure === "accuracy"
          ? figure.measure === "accuracy_published" && figure.group === group
          : figure.measure === `${measure}_first` && figure.by === "text_to_image"
      );
    const isSame = published && own("all")?.n === parts.get(part);
    return {
      ...{ part, group, measure, model: row.text("model"), n: row.number("n") },
      published: row.number("published")!,
      measured: isSame ? own(group)?.value : undefined,
      counted: row.text("counted"),
    };
  });
}
