/** Sets many models beside each other: one line a model, curves by relative depth, and how far their maps agree. */

import { type Method, METHODS } from "../../atlas/methods.ts";
import { cellsOf, isOfAll } from "../../atlas/read_atlas.ts";
import { agreementOf, freeCells } from "../../compare/agreement.ts";
import { type Manifest, recordOf } from "../../files/manifest.ts";
import { high, low, numberOrNone } from "../../study/columns.ts";
import { signOfD, sizeOfD } from "../../study/effects/noise.ts";
import {
  count,
  fillTable,
  key,
  optional,
  type RowOf,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { nodeName } from "../../tables/nodes.ts";
import {
  type Curve,
  CURVES,
  imagesOfModel,
  type ModelLine,
  modelLine,
  type ModelRuns,
  readModels,
  tableOf,
} from "./model_line.ts";
import {
  comparedSources,
  type ComparisonFolder,
  writeComparison,
  type WrittenComparison,
} from "../../compare/write_comparison.ts";
import { checkOut } from "../../runs/run_folder.ts";
import { haveOtherImages, modelNames, OTHER_IMAGES } from "../../compare/same_study.ts";
import { NegscopeError } from "../../errors.ts";
import { sha256Text } from "../../reading/sha256.ts";
import { untoldSentences, verdictIn } from "../../study/evaluate/verdict.ts";
import { findingText } from "../../study/experiment/finding.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { estimateText, linesTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/words.ts";
import { benchmarkRows, type FinishedRun, OF_QUESTIONS } from "../runs/contrast_runs.ts";
import { scoredRows } from "../runs/paired.ts";
import { layersChart, modelsChart } from "./charts.ts";

export const CONTRAST_CORRELATIONS = table(
  "contrast_correlations",
  "Of many models: one row for each measure and two models on the same rows with the same parts.",
  {
    measure: key(
      text(
        "`attend`, `knockout`, `ablate` or `direct`, of heads and MLPs as in atlas.csv; `shares`, of roles at layers, without those that the method fixes for every model.",
      ),
    ),
    first: key(text("A model.")),
    second: key(text("Another model.")),
    parts: count("The parts that both have."),
    rho: numberOrNone(
      "",
      "Spearman's rho of the sizes of their values over parts, of `attend` of the values; empty below three parts.",
    ),
  },
);

export type CorrelationRow = RowOf<typeof CONTRAST_CORRELATIONS>;

/** Those that give each part one value a side. */
const MAPS = METHODS.filter(({ sources }) => sources[0].detailOf === undefined);

/** The value of each part of a model. */
type PartMap = ReadonlyMap<string, number>;

export async function correlationsTable(
  lines: readonly ModelLine[],
  nameOf: (line: ModelLine) => string,
): Promise<Table<CorrelationRow>> {
  const scored = lines.filter(({ rows }) => rows.length > 0);
  const measures = [
    ...MAPS.map((method) => ({
      name: method.name as string,
      mapOf: (line: ModelLine) => methodMap(line, method),
    })),
    { name: "shares", mapOf: sharesMap },
  ];
  const found: CorrelationRow[] = [];
  for (const { name: measure, mapOf } of measures) {
    for (
      const onSameRows of Map.groupBy(
        scored,
        (line) => `${imagesOfModel(line.model) ?? ""}\n${rowsText(line)}`,
      ).values()
    ) {
      const maps = await Promise.all(onSameRows.map(async (line) => (
        { name: nameOf(line), map: await mapOf(line) }
      )));
      for (const [i, { name: first, map: one }] of maps.entries()) {
        for (const { name: second, map: other } of maps.slice(i + 1)) {
          const isAlike = one.size > 0 && [...one.keys()].join() === [...other.keys()].join();
          if (!isAlike) continue;
          const pairOf = (part: string) => [one.get(part), other.get(part)] as const;
          const { n: parts, rho } = agreementOf([...one.keys()], pairOf);
          found.push({ measure, first, second, parts, rho });
        }
      }
    }
  }
  return fillTable(CONTRAST_CORRELATIONS, found);
}

/** The text of all rows, which models on the same rows share. */
export function rowsText({ rows }: ModelLine): string {
  return rows.map(({ text }) => text).join("\n");
}

/** Whether a run's table has a method's values of the text tower alone. */
function isMeant({ command, options }: Manifest): boolean {
  return command !== "ablate" || options["tower"] === "text" && options["method"] === "twin";
}

/** The values of a method's table over the rows of both sides: a share of d weighs as the side's |d|, a mean of attention as its rows. */
async function methodMap({ model, rows }: ModelLine, { name, sources }: Method): Promise<PartMap> {
  const { schema, value: column, nodeOf } = sources[0];
  const sums = new Map<string, { sum: number; weight: number }>();
  for (const line of (await tableOf(model, schema.name, isMeant)).filter(isOfAll)) {
    const [node, value] = [nodeOf(cellsOf(line)), line.number(column)];
    if (node === undefined || value === undefined) continue;
    const side = rows.filter(({ negation }) => negation === line.text("negation"));
    const own = sums.getOrInsertComputed(nodeName(node), () => ({ sum: 0, weight: 0 }));
    const weight = name === "attend"
      ? line.count("n_baseline")
      : side.reduce((sum, { d }) => sum + sizeOfD(d), 0);
    own.sum += weight * value;
    own.weight += weight;
  }
  return new Map([...sums].map(([part, { sum, weight }]) => {
    const value = sum / weight;
    return [part, name === "attend" ? value : Math.abs(value)];
  }));
}

/** The shares of roles at layers that the method does not fix; a row without a role has 0 there. */
async function sharesMap(line: ModelLine): Promise<PartMap> {
  const places = new Map(line.rows.map(({ id }, place) => [id, place]));
  const values = new Map<string, number[]>();
  const cells = new Map<string, { readonly role: string; readonly layer: number }>();
  for (const row of await tableOf(line.model, "shares")) {
    const cell = { role: row.text("role"), layer: row.count("layer") };
    const part = `${cell.role} ${cell.layer}`;
    cells.set(part, cell);
    const ofRows = values.getOrInsertComputed(part, () => line.rows.map(() => 0));
    ofRows[places.get(row.text("id"))!] = row.number("share")!;
  }
  const isFree = freeCells([...cells], ([part, cell]) => (
    { ...cell, site: "resid", values: values.get(part)! }
  ));
  const free = new Set([...cells].filter(isFree).map(([part]) => part));
  const whole = line.rows.reduce((sum, { d }) => sum + sizeOfD(d), 0);
  return new Map(
    [...values].filter(([part]) => free.has(part)).map(([part, ofRows]) => {
      const sum = ofRows.reduce((sum, value, row) => sum + signOfD(line.rows[row]!.d) * value, 0);
      return [part, Math.abs(sum / whole)];
    }),
  );
}

export const CONTRAST_MODELS = table(
  "contrast_models",
  "Of many models: one row for each measure of a model, from whichever experiments its folder holds, over all rows of both sides; for each layer of a curve.",
  {
    model: key(text("The model: its name in a study, or that of its folder.")),
    data: optional(key(text("The name of the data in a study."))),
    seed: key(count("The seed of its runs.")),
    measure: key(text(
      "`random_weights`: the seed of the random weights of a baseline. `layers`: blocks of the text tower. `accuracy` and `mean_d` as in summary.csv of the scores, or benchmark.csv. `eot_layer`: the layer at which the end token's share of d rises most above that of the layer before, with the percentiles of samples of clusters, rounded outwards. `heads`: those that certainly look at the negator more than at its twin, on either side, by simultaneous intervals and from .05 on; of these `heads_beyond_control` are beyond the control `random`, and for `control_heads` the nearest control shows at least as much. `circuit_nodes`: nodes of the circuit that brings about .9 of d; `faithfulness` is what it brings about, `random_faithfulness` the mean of random circuits of the same make-up. `cpr` and `cmd`: areas under the faithfulness of the circuit's ranking, and under |1 - faithfulness|; without a circuit, of the best ranking. The curves `negator`, `between` and `eot`: the share of d that is held by the negator, by the tokens between it and the end, and by the end token.",
    )),
    layer: optional(key(count("Of a curve, the layer; 0 for the embeddings."))),
    value: numberOrNone("", "The value."),
    low: low(""),
    high: high(""),
  },
);

export function placeOf({ model: { name, data, seed } }: ModelLine) {
  return { model: name, data, seed };
}

function modelsTable(lines: readonly ModelLine[]): Table<RowOf<typeof CONTRAST_MODELS>> {
  return fillTable(
    CONTRAST_MODELS,
    lines.flatMap((line) => {
      const random = line.model.runs[0]?.manifest.options["random-weights"];
      const measures: ModelLine["measures"] = {
        random_weights: { value: random === undefined ? undefined : Number(random) },
        layers: { value: line.layers },
        ...line.measures,
      };
      const values = Object.entries(measures).flatMap(([measure, { value, low, high }]) =>
        typeof value === "number" ? [{ measure, layer: undefined, value, low, high }] : []
      );
      const curves = layerPoints([line]).map(({ curve: measure, layer, value, low, high }) => (
        { measure, layer, value, low, high }
      ));
      return [...values, ...curves].map((row) => ({ ...placeOf(line), ...row }));
    }),
  );
}

/** A curve at a layer. */
export interface LayerPoint extends ReturnType<typeof placeOf> {
  readonly curve: Curve;
  readonly layer: number;
  /** The layer divided by the number of blocks, so that models of any depth can be compared. */
  readonly depth: number;
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

function layerPoints(lines: readonly ModelLine[]): LayerPoint[] {
  return lines.flatMap((line) =>
    CURVES.flatMap((curve) => {
      const shares = line.curves?.shares[curve] ?? [];
      return shares.map(({ estimate: value, low, high }, layer) => (
        { ...placeOf(line), curve, layer, depth: layer / (shares.length - 1), value, low, high }
      ));
    })
  );
}

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
