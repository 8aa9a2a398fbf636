/** Sets many models beside each other: one line a model, curves by relative depth, and how far their maps agree. */

import {
  comparedSources,
  type ComparisonFolder,
  writeComparison,
  type WrittenComparison,
} from "../../compare/write_comparison.ts";
import { checkOut } from "../../runs/folder/run_folder.ts";
import { modelNames } from "../../compare/model_names.ts";
import { NegscopeError } from "../../errors.ts";
import { recordOf } from "../../files/manifest.ts";
import { sha256Text } from "../../reading/sha256.ts";
import { untoldSentences, verdictIn } from "../../study/evaluate/verdict.ts";
import { findingText } from "../../study/experiment/finding.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { estimateText, linesTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/words.ts";
import { benchmarkRows, OF_QUESTIONS } from "../runs/benchmark_rows.ts";
import type { FinishedRun } from "../runs/contrast_runs.ts";
import { scoredRows } from "../runs/rows_of_run.ts";
import { haveOtherImages, OTHER_IMAGES } from "../same_images.ts";
import { layersChart, modelsChart } from "./charts.ts";
import { type CorrelationRow, correlationsTable, rowsText } from "./correlations.ts";
import { type ModelLine, modelLine } from "./model_line.ts";
import { imagesOfModel, type ModelRuns, readModels, tableOf } from "./read_models.ts";
import { layerPoints, modelsTable, placeOf } from "./tables.ts";

export const MODELS_FILES = {
  tables: ["contrast_models", "contrast_correlations"],
  charts: ["contrast_models", "contrast_layers"],
} as const;

/** Sets the models of folders beside each other; refuses fewer than two, or nothing that is set side by side. */
export async function contrastModels(
  operands: readonly FinishedRun[],
  settings: ComparisonFolder,
): Promise<WrittenComparison> {
  const stopwatch = new Stopwatch();
  const folders = operands.map(({ folder }) => folder);
  await checkOut(settings.out, folders);
  const models = await readModels(operands);
  if (models.length < 2) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot contrast ${folders.map((folder) => `"${folder}"`).join(", ")}`,
      subject: folders[0],
      reason: models.length === 1 ? "there is one model" : "there is no model",
      expected: "two runs of one experiment, or folders with two models or more",
    });
  }
  await refuseOtherQuestions(models);
  const lines: ModelLine[] = [];
  for (const model of models) lines.push(await modelLine(model));
  refuseOtherImages(
    lines.filter(({ rows }) => rows.length > 0).map((line) => [line.model, rowsText(line)]),
  );
  const placeName = modelNames(lines.map(placeOf));
  const nameOf = (line: ModelLine) => placeName(placeOf(line));
  const points = layerPoints(lines);
  const correlations = await correlationsTable(lines, nameOf);
  const runs = models.flatMap(({ runs }) => runs);
  const sources = await comparedSources(
    runs.map(({ folder, manifest }) => recordOf(folder, manifest)),
    runs.map(({ folder }) => `${folder}/manifest.json`).map((path) => ({ file: path, path })),
  );
  return await writeComparison(settings, {
    command: "contrast",
    options: { runs: folders },
    sources,
    files: MODELS_FILES,
    tables: [modelsTable(lines), correlations],
    charts: () => ({
      contrast_models: modelsChart(lines, { sources, nameOf }),
      contrast_layers: layersChart(points, { sources, nameOf: placeName }),
    }),
    cells: lines.length,
    measured: lines.length,
    findings: `negscope contrast: ${lines.length} models\n\n${
      textOf(lines, correlations.rows, nameOf)
    }`,
    stopwatch,
  });
}

/** Refuses benchmarks that ask other questions, whose accuracies would stand side by side. */
async function refuseOtherQuestions(models: readonly ModelRuns[]): Promise<void> {
  const asked: (readonly [model: ModelRuns, questions: string])[] = [];
  for (const model of models) {
    for (const table of OF_QUESTIONS) {
      const rows = benchmarkRows(new Map([[table, await tableOf(model, table)]])).get("evaluate");
      const questions = scoredRows(rows ?? [], undefined).map(({ text }) => text).join("\n");
      if (questions !== "") asked.push([model, sha256Text(questions)]);
    }
  }
  const [first] = asked;
  const other = asked.find(([, questions]) => questions !== first![1]);
  if (other === undefined) return refuseOtherImages(asked);
  throw new NegscopeError("not-comparable", {
    problem: `Cannot contrast benchmarks of "${first![0].name}" and "${other[0].name}"`,
    reason: "their questions are not the same",
    expected: "runs of one benchmark on the same file",
  });
}

/** Refuses models whose rows have the same text and other pictures, unless a study names them as other data. */
function refuseOtherImages(onRows: readonly (readonly [model: ModelRuns, rows: string])[]): void {
  for (const [i, [model, rows]] of onRows.entries()) {
    const other = onRows.slice(i + 1).find(([other, same]) =>
      same === rows && haveOtherImages(imagesOfModel(model), imagesOfModel(other)) &&
      (model.data === other.data || model.data === undefined || other.data === undefined)
    );
    if (other === undefined) continue;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot contrast "${model.name}" and "${other[0].name}"`,
      ...OTHER_IMAGES,
    });
  }
}

function textOf(
  lines: readonly ModelLine[],
  correlations: readonly CorrelationRow[],
  nameOf: (line: ModelLine) => string,
): string {
  const cell = (line: ModelLine, name: string, digits = 2) => {
    const { value, low, high } = line.measures[name]!;
    if (typeof value !== "number") return "";
    if (digits > 0) return estimateText(value, { low, high });
    return low !== undefined && low < high! ? `${value} (${low} to ${high})` : `${value}`;
  };
  const rows = lines.map((line) => {
    const { heads, heads_beyond_control } = line.measures;
    return {
      model: nameOf(line),
      accuracy: cell(line, "accuracy"),
      "EOT gains at": line.curves === undefined
        ? ""
        : `${cell(line, "eot_layer", 0)} of ${line.layers ?? "?"}`,
      "heads beyond control": heads!.value === undefined
        ? ""
        : `${heads_beyond_control!.value ?? "?"} of ${heads!.value}`,
      circuit: cell(line, "circuit_nodes", 0),
      random: cell(line, "random_faithfulness"),
      CPR: cell(line, "cpr"),
      CMD: cell(line, "cmd"),
    };
  });
  const shares = lines.filter(({ curves }) => curves !== undefined).map((line) => ({
    model: nameOf(line),
    "negator's share of d by layer": `${line.measures["negator_share"]!.value}`,
  }));
  const untold = untoldSentences(lines.map(({ scores }, i) => verdictIn(scores, rows[i]!.model)));
  const missing = lines.filter(({ missing }) => missing.length > 0)
    .map((line) => `${wrapText(`${nameOf(line)} has no ${line.missing.join(", ")}`)}\n`);
  const pairs = correlations.map(({ measure, first, second, parts, rho }) => (
    { measure, models: `${first}, ${second}`, parts, rho }
  ));
  return [
    ...untold.length === 0 ? [] : [findingText({ sentences: untold })],
    `One line a model\n${linesTable(rows)}`,
    ...shares.length === 0 ? [] : [linesTable(shares)],
    ...missing.length === 0 ? [] : [missing.join("")],
    pairs.length === 0
      ? wrapText(
        "No maps are correlated: no two models have values of the same parts on the same rows, from shares, attend, knockout, ablate or attribute",
      ) + "\n"
      : `Whether two models put the same parts in the same order (Spearman's rho)\n${
        linesTable(pairs)
      }`,
    WORDS,
  ].join("\n");
}

const WORDS =
  `intervals: of each model by itself; for that of a difference on the same rows, contrast
  two runs
EOT gains at: the layer at which the end token's share of d rises most
heads beyond control: of the heads that certainly look at the negator; ? without control
circuit: nodes of the circuit with .9 of d; random: what random circuits of the same
  make-up bring about; CPR, CMD: areas under the faithfulness, and |1 - faithfulness|
`;
