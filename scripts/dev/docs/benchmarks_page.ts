/** The tables of docs/benchmarks.md that follow from the code: what a constant model gets on each set, and scorers that see no image. */

import { sharesOf } from "../../../lib/benchmark/accuracy.ts";
import { optionCount } from "../../../lib/benchmark/choice.ts";
import { countedByRule, countRow } from "../../../lib/benchmark/counting.ts";
import { BENCHMARK_FORMATS, readBenchmark } from "../../../lib/benchmark/formats/all.ts";
import { TEXT_SCORERS, type TextScorer } from "../../../lib/benchmark/text_scorers.ts";
import { OpenedFile } from "../../../lib/files/opened_file.ts";
import { MOST_BYTES } from "../../../lib/files/read_file.ts";
import { mean } from "../../../lib/stats/quantile.ts";
import { replaceMarked } from "../../../lib/tables/markdown.ts";
import { alignedTable } from "./markdown.ts";

const FILES = new URL("../../../tests/fixtures/benchmarks/files/", import.meta.url);

/** How many options the rows of each set have, of which the first is right. */
const OPTIONS: Readonly<Record<string, number>> = {
  ...{ valse: 2, "negbench-mcq": 4, negrefcocog: 2, ccneg: 2, crepe: 4, sugarcrepe: 2 },
  ...{ whatsup: 4, "whatsup-qa": 2, aro: 2, simpleneg: 2 },
};

/** What a constant model and the scorers that see no image get on a file. */
export interface BlindRow extends Readonly<Record<TextScorer, number>> {
  readonly file: string;
  readonly rows: number;
  readonly constant: number;
}

/** The rows of the files of multiple choice in the tests, one of each form, whose content is invented. */
export function blindRows(): BlindRow[] {
  const names = [...Deno.readDirSync(FILES)].map(({ name }) => name).sort();
  return names.flatMap((file) => {
    using opened = new OpenedFile(new URL(file, FILES));
    const bytes = opened.wholeSync(MOST_BYTES.own);
    const { choices, format } = readBenchmark(bytes, { source: file, published: false });
    if (choices.length === 0) return [];
    const constant = choices.map((choice) => new Float64Array(optionCount(choice)));
    const how = { rule: format.rule, published: false, seed: 0 };
    const { share, ...known } = sharesOf(choices, constant, how);
    const of = (name: TextScorer) => [name, mean(known[name])!];
    return [{
      ...{ file, rows: choices.length, constant: mean(share)! },
      ...Object.fromEntries(TEXT_SCORERS.map(of)) as Record<TextScorer, number>,
    }];
  });
}

/** The page with its tables written anew. */
export function withBlindModels(page: string): string {
  const constant = [
    ["set", "`--benchmark`", "options", "`accuracy`", "`accuracy_first`", "`accuracy_published`"],
    ...Object.entries(OPTIONS).map(([name, options]) => {
      const { title, rule } = BENCHMARK_FORMATS.find((format) => format.name === name)!;
      const scores = new Float64Array(options);
      const { share, first } = countRow(scores, 0);
      const published = rule && Number(countedByRule(scores, 0, rule));
      const figures = [share, Number(first), published].map(figure);
      return [title, `\`${name}\``, `${options}`, ...figures];
    }),
  ];
  const blind = [
    ["file", "rows", "constant", ...TEXT_SCORERS.map((name) => `\`${name}\``)],
    ...blindRows().map((row) => [
      ...[row.file, `${row.rows}`, figure(row.constant)],
      ...TEXT_SCORERS.map((name) => figure(row[name])),
    ]),
  ];
  const withConstant = replaceMarked(page, "constant model", `${alignedTable(constant)}\n`);
  return replaceMarked(withConstant, "without the image", `${alignedTable(blind)}\n`);
}

function figure(value: number | undefined): string {
  return value === undefined ? "none" : value.toFixed(2);
}
