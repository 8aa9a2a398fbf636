/** The rows of a benchmark as the rows of an evaluation, so that accuracies on the same questions are paired. */

import { KINDS } from "../../benchmark/tables.ts";
import { type CsvRow, readCsvRows } from "../../tables/csv_row.ts";
import { csvLine } from "../../tables/csv_lines.ts";
import type { RowValues } from "../../tables/estimates.ts";

/** An accuracy is the share of rows whose right option has more than the largest other score, where two options share it one half; where more do, it is no such share. */
export const MARGIN: RowValues = { table: "margins", column: "margin", above: 0 };

/** Makes `evaluate`, with a line for each question, and `margins`, with one for each group that the question may be in, from choices.csv. */
export function benchmarkRows(choices: readonly CsvRow[]): Map<string, readonly CsvRow[]> {
  const questions = [...Map.groupBy(choices, (line) => line.text("row"))].map(([row, options]) => {
    const score = (option: CsvRow) => option.number("score")!;
    const [right] = options.filter((option) => option.count("right") === 1).map(score);
    const others = options.filter((option) => option.count("right") === 0).map(score);
    const [id, group] = [options[0]!.text("id"), options[0]!.optional("group") ?? ""];
    return { row, id, group, margin: `${right! - Math.max(...others)}` };
  });
  const table = (columns: string, lines: readonly (readonly string[])[]) =>
    readCsvRows([columns, ...lines.map(csvLine)].join("\n"), "choices.csv");
  return new Map([
    [
      "evaluate",
      table(
        "id,negation,caption,foil,segment,d",
        questions.map(({ row, id, margin }) => [row, "caption", id, row, "all", margin]),
      ),
    ],
    [
      MARGIN.table,
      table(
        "id,group,by,margin",
        questions.flatMap(({ row, group, margin }) => [
          [row, "all", "all", margin],
          ...KINDS.map((by) => [row, group, by, margin]),
        ]),
      ),
    ],
  ]);
}
