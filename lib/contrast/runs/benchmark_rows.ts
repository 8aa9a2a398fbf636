/** The questions of a benchmark as the rows of an evaluation, so that two runs are compared on the same questions alone, and accuracies are paired. */

import { CHOICES, KINDS, RETRIEVAL } from "../../benchmark/tables.ts";
import { csvLine, type CsvRow, readCsvRows } from "../../tables/csv.ts";
import type { RowValues } from "../../tables/estimates.ts";

/** An accuracy is the share of rows whose right option has more than the largest other score, where two options share it one half; where more do, it is no such share. */
export const MARGIN: RowValues = { table: "margins", column: "margin", above: 0 };

/** The tables that have the questions of a benchmark. */
export const OF_QUESTIONS: readonly string[] = [CHOICES.name, RETRIEVAL.name];

type Tables = ReadonlyMap<string, readonly CsvRow[]>;

/** Makes `evaluate`, with a line for each question, and of choices.csv `margins`, with one for each group that the question may be in. */
export function benchmarkRows(tables: Tables): Tables {
  const choices = tables.get(CHOICES.name);
  const retrieval = tables.get(RETRIEVAL.name);
  if (choices !== undefined) return choiceRows(choices);
  return retrieval === undefined ? new Map() : new Map([["evaluate", captionRows(retrieval)]]);
}

function choiceRows(choices: readonly CsvRow[]): Tables {
  const questions = [...Map.groupBy(choices, (line) => line.text("row"))].map(([row, options]) => {
    const score = (option: CsvRow) => option.number("score")!;
    const [right] = options.filter((option) => option.count("right") === 1).map(score);
    const others = options.filter((option) => option.count("right") === 0).map(score);
    const [question, group] = [options[0]!.text("question"), options[0]!.optional("group") ?? ""];
    return { row, question, group, margin: `${right! - Math.max(...others)}` };
  });
  return new Map([
    [
      "evaluate",
      evaluateLines(
        questions.map(({ row, question, margin }) => [row, "", "caption", question, row, margin]),
      ),
    ],
    [
      MARGIN.table,
      tableOf(
        ["id", "group", "by", "margin"],
        questions.flatMap(({ row, group, margin }) => [
          [row, "all", "all", margin],
          ...KINDS.map((by) => [row, group, by, margin]),
        ]),
      ),
    ],
  ]);
}

/** The captions of a retrieval, which its directions share. */
function captionRows(retrieval: readonly CsvRow[]): readonly CsvRow[] {
  const lines = retrieval.filter((line) => line.text("direction") === "text_to_image");
  return evaluateLines(lines.map((line) => {
    const id = `${line.text("row")} ${line.text("caption")}`;
    return [id, line.text("image"), "caption", line.text("sentence"), id, "0"];
  }));
}

function evaluateLines(lines: readonly (readonly string[])[]): readonly CsvRow[] {
  const columns = ["id", "image", "negation", "caption", "foil", "d", "segment"];
  return tableOf(columns, lines.map((line) => [...line, "all"]));
}

function tableOf(
  columns: readonly string[],
  lines: readonly (readonly string[])[],
): readonly CsvRow[] {
  return readCsvRows([columns, ...lines].map(csvLine).join(""), "the rows of a benchmark");
}
