/** Sets many models beside each other: one line a model, curves by relative depth, and how far their maps agree. */

import { type Method, METHODS } from "../atlas/methods.ts";
import { cellsOf, isOfAll } from "../atlas/read_atlas.ts";
import { lines as lineChart, SERIES_STYLES } from "../charts/lines.ts";
import type { ChartOptions, ChartSpec } from "../charts/spec.ts";
import { estimateText } from "../charts/texts.ts";
import { bestSentences, type Measured } from "../compare/best_model.ts";
import { ESTIMATES, estimatesTable } from "../compare/estimates.ts";
import { AGREEMENT, agreementOf, type AgreementRow } from "../compare/agreement.ts";
import { freeCells } from "../study/effects/fixed_places.ts";
import { haveOtherImages, modelNames, OTHER_IMAGES } from "../compare/same_study.ts";
import {
  type ComparisonFolder,
  sourcesOf,
  writeComparison,
  type WrittenComparison,
} from "../compare/write_comparison.ts";
import { NegscopeError } from "../errors.ts";
import { SHARES } from "../experiments/shares/index.ts";
import { words } from "../experiments/words.ts";
import type { Manifest } from "../files/manifest.ts";
import { type Summary, summaryOf } from "../report/summary.ts";
import type { OpenedRun } from "../runs/open_run.ts";
import { checkOut } from "../runs/run_folder.ts";
import { signOfD, sizeOfD } from "../study/effects/noise.ts";
import { understandingChart } from "../study/evaluate/chart.ts";
import { verdictOf } from "../study/evaluate/verdict.ts";
import { Stopwatch } from "../study/experiment/measure_rows.ts";
import { nodeName } from "../tables/nodes.ts";
import { fillTable } from "../tables/table.ts";
import { numberText } from "../tables/text_table.ts";
import { scoredRowsOf } from "./contrast_runs.ts";
import {
  type Curve,
  CURVES,
  imagesOfModel,
  type ModelLine,
  modelLine,
  type ModelRuns,
  readModels,
  rowsIn,
} from "./model_line.ts";

const MODELS_FILES = {
  tables: [ESTIMATES.name, AGREEMENT.name],
  charts: ["contrast_models", "contrast_layers"],
} as const;

/** Sets the models of folders beside each other; refuses fewer than two, or nothing that is set side by side. */
export async function contrastModels(
  operands: readonly OpenedRun[],
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
  refuseOtherQuestions(models);
  const measured = models.map(modelLine);
  refuseOtherImages(
    measured.filter(({ rows }) => rows.length > 0).map((line) => [line.model, rowsText(line)]),
  );
  const placeOf = ({ model: { name, data, seed } }: ModelLine) => ({ model: name, data, seed });
  const nameOf = modelNames(measured.map(placeOf));
  const lines = measured.map((line): NamedLine => ({ ...line, name: nameOf(placeOf(line)) }));
  const points = lines.flatMap(pointsOf);
  const agreement = mapAgreement(lines);
  const sources = sourcesOf(models.flatMap(({ runs }) => runs));
  return await writeComparison(settings, {
    command: "contrast",
    options: { runs: folders },
    sources,
    files: MODELS_FILES,
    tables: [
      estimatesTable(lines.flatMap(rowsOfModel)),
      fillTable(AGREEMENT, agreement),
    ],
    charts: () => ({
      contrast_models: modelsChart(lines, { sources }),
      contrast_layers: layersChart(points, { sources }),
    }),
    cells: lines.length,
    measured: lines.length,
    summary: modelsSummary(lines, agreement),
    stopwatch,
  });
}

interface NamedLine extends ModelLine {
  readonly name: string;
}

function rowsOfModel(line: NamedLine) {
  const random = line.model.runs[0]?.manifest.options["random-weights"];
  const measures: Readonly<Record<string, Measured>> = {
    random_weights: { value: random === undefined ? undefined : Number(random) },
    layers: { value: line.layers },
    ...line.measures,
  };
  const { name: model, data, seed } = line.model;
  const place = { model, data, seed };
  return [
    ...Object.entries(measures).filter(([, { value }]) => value !== undefined)
      .map(([quantity, measure]) => ({ ...place, quantity, ...measure })),
    ...pointsOf(line).map(({ curve: quantity, layer, value, low, high }) => (
      { ...place, quantity, part: `layer=${layer}`, value, low, high }
    )),
  ];
}

/** The curves of a model, point by point; the depth is the layer divided by the number of blocks, so that models of any depth can be compared. */
function pointsOf({ name: model, curves }: NamedLine) {
  return CURVES.flatMap((curve) => {
    const shares = curves?.shares[curve] ?? [];
    return shares.map(({ estimate: value, low, high }, layer) => (
      { model, curve, layer, depth: layer / (shares.length - 1), value, low, high }
    ));
  });
}

const MAPS = METHODS.filter(({ sources }) => sources[0].detailOf === undefined);

type PartMap = ReadonlyMap<string, number>;

/** Whether two models on the same rows have the same parts in the same order, by each method and by shares of roles. */
export function mapAgreement(lines: readonly NamedLine[]): AgreementRow[] {
  const scored = lines.filter(({ rows }) => rows.length > 0);
  const groups = Map.groupBy(
    scored,
    (line) => `${imagesOfModel(line.model) ?? ""}\n${rowsText(line)}`,
  );
  const measures: (readonly [of: string, mapOf: (line: ModelLine) => PartMap])[] = [
    ...MAPS.map((method) => [method.name, (line: ModelLine) => methodMap(line, method)] as const),
    ["shares", sharesMap],
  ];
  return measures.flatMap(([of, mapOf]) =>
    [...groups.values()].flatMap((onSameRows) => {
      const maps = onSameRows.map((line) => ({ name: line.name, map: mapOf(line) }));
      return maps.flatMap(({ name: first, map: one }, i) =>
        maps.slice(i + 1).filter(({ map: other }) =>
          one.size > 0 && [...one.keys()].join() === [...other.keys()].join()
        ).map(({ name: second, map: other }) =>
          agreementOf(
            { of, first, second },
            [...one].map(([part, value]) => [
              value,
              other.get(part),
            ]),
          )
        )
      );
    })
  );
}

function rowsText({ rows }: ModelLine): string {
  return rows.map(({ text }) => text).join("\n");
}

/** Whether a run's table has a method's values of the text tower alone. */
function isMeant({ command, options }: Manifest): boolean {
  const methods = `${options["method"]}`.split(",");
  return command !== "ablate" || options["tower"] === "text" && methods.includes("twin");
}

/** The values of a method's table over the rows of both sides: a share of d weighs as the side's |d|, a mean of attention as its rows. */
function methodMap({ model, rows }: ModelLine, { name, sources }: Method): PartMap {
  const { schema, value: column, nodeOf } = sources[0];
  const sums = new Map<string, { sum: number; weight: number }>();
  for (const line of rowsIn(model, schema, isMeant).filter(isOfAll)) {
    const [node, value] = [nodeOf(cellsOf(line)), line[column] as number | undefined];
    if (node === undefined || value === undefined) continue;
    const side = rows.filter(({ negation }) => negation === line["negation"]);
    const own = sums.getOrInsertComputed(nodeName(node), () => ({ sum: 0, weight: 0 }));
    const weight = name === "attend"
      ? line["n_baseline"] as number
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
function sharesMap(line: ModelLine): PartMap {
  const places = new Map(line.rows.map(({ id }, place) => [id, place]));
  const values = new Map<string, number[]>();
  const cells = new Map<string, { readonly role: string; readonly layer: number }>();
  for (const row of rowsIn(line.model, SHARES.schema)) {
    const cell = { role: `${row["role"]}`, layer: row["layer"] as number };
    const part = `${cell.role} ${cell.layer}`;
    cells.set(part, cell);
    const ofRows = values.getOrInsertComputed(part, () => line.rows.map(() => 0));
    ofRows[places.get(`${row["id"]}`)!] = row["effect"] as number;
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

function refuseOtherQuestions(models: readonly ModelRuns[]): void {
  const asked = models.flatMap((model) =>
    model.runs.filter(({ manifest: { command } }) => command === "benchmark").map((run) =>
      [model, scoredRowsOf(run).map(({ text }) => text).join("\n")] as const
    )
  );
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

function modelsSummary(
  lines: readonly NamedLine[],
  agreement: readonly AgreementRow[],
): Summary {
  const cell = (line: NamedLine, name: string, digits = 2) => {
    const { value, low, high } = line.measures[name]!;
    if (value === undefined) return "";
    if (digits > 0) return estimateText(value, { low, high });
    return low !== undefined && low < high! ? `${value} (${low} to ${high})` : `${value}`;
  };
  const rows = lines.map((line) => ({
    model: line.name,
    accuracy: cell(line, "accuracy"),
    gamma: cell(line, "gamma"),
    alpha: cell(line, "alpha"),
    "heads beyond control": headsText(line),
    "parts of the circuit": cell(line, "circuit_nodes", 0),
    "at the end token from layer": line.curves === undefined
      ? ""
      : `${cell(line, "eot_layer", 0)} of ${line.layers ?? "?"}`,
  }));
  const judged = lines.map(({ name, scores, measures }) => ({
    ...{ name, verdict: verdictOf(scores, { name }) },
    ...{
      accuracy: measures["accuracy"],
      rows: scores.find(({ negation }) => negation === "all")?.n,
      gamma: measures["gamma"],
    },
  }));
  return summaryOf(`negscope contrast: ${lines.length} models`, [{
    sentences: [...bestSentences(judged), ...agreementSentences(agreement)],
    tables: [
      { title: "One line a model", lines: rows },
      {
        title: "Whether two models put the same parts in the same order (Spearman's rho)",
        lines: agreement.map(({ of, first, second, n, rho }) => (
          { measure: of, models: `${first}, ${second}`, parts: n, rho }
        )),
      },
    ],
    notes: [
      ...lines.filter(({ missing }) => missing.length > 0)
        .map(({ name, missing }) => `${name} has no ${missing.join(", ")}`),
      ...agreement.length > 0 ? [] : [
        "No maps are correlated: no two models have values of the same parts on the same rows, from shares, attend, knockout, ablate or attribute",
      ],
    ],
  }], { words: WORDS });
}

/** Of the heads that look at the negator, how many are beyond their control. */
function headsText({ measures: { heads, heads_beyond_control: beyond } }: NamedLine): string {
  return heads!.value === undefined ? "" : `${beyond!.value ?? "?"} of ${heads!.value}`;
}

/** How far the models have the same parts in the same order, by the measures that say most of d. */
function agreementSentences(agreement: readonly AgreementRow[]): string[] {
  const known = agreement.filter(({ rho }) => rho !== undefined);
  const measures = Map.groupBy(known, ({ of }) => of);
  const [of] = ["ablate", "knockout", "shares", "attend"].filter((name) => measures.has(name));
  if (of === undefined) return [];
  const rows = measures.get(of)!.toSorted((a, b) => a.rho! - b.rho!);
  const [least, most] = [rows[0]!, rows.at(-1)!];
  const called = METHODS.find(({ name }) => name === of)?.label ?? "the shares of tokens";
  const both = ({ first, second, rho }: AgreementRow) =>
    `${first} and ${second}, ${numberText(rho!, 2)}`;
  return [
    rows.length === 1
      ? `By ${called}, Spearman's rho of the parts' order (1 if the same) is, for ${both(least)}`
      : `By ${called}, Spearman's rho of the parts' order is highest for ${
        both(most)
      }, and lowest for ${both(least)}`,
  ];
}

const WORDS = [
  {
    word: "accuracy",
    means:
      "with the interval of each model by itself; for that of a difference on the same rows, contrast two runs",
  },
  ...words("gamma", "alpha"),
  {
    word: "heads beyond control",
    means: "of the heads that certainly look at the negator; ? without control",
  },
];

function modelsChart(lines: readonly NamedLine[], options: ChartOptions): ChartSpec {
  const points = lines.flatMap(({ name, measures: { gamma, alpha } }) =>
    gamma!.value === undefined || alpha!.value === undefined ? [] : [{
      ...{ name, gamma: gamma!.value, gamma_low: gamma!.low, gamma_high: gamma!.high },
      ...{ alpha: alpha!.value, alpha_low: alpha!.low, alpha_high: alpha!.high },
    }]
  );
  return understandingChart(points, options);
}

const CURVE_TITLES: Readonly<Record<Curve, string>> = {
  negator: "negator",
  between: "subject to full stop",
  eot: "EOT",
};

/** Draws the curves: a panel for each with a line for each model or, of more models than there are styles, a panel for each model. */
function layersChart(
  points: readonly ReturnType<typeof pointsOf>[number][],
  options: ChartOptions,
): ChartSpec {
  const rows = points.map((point) => ({ ...point, held: CURVE_TITLES[point.curve] }));
  const isByCurve = new Set(rows.map(({ model }) => model)).size <= SERIES_STYLES.length;
  return lineChart(rows, {
    ...options,
    title: "Where negation is, by relative depth",
    about: "Share of d that a token holds at each depth: 0 the embeddings, 1 the last block",
    columns: 3,
    panels: isByCurve ? "held" : "model",
    series: isByCurve ? "model" : "held",
    x: "depth",
    y: { field: "value", low: "low", high: "high", title: "share of d" },
    name: ({ model, held, layer }) => `${model}, layer ${layer}, ${held}`,
  });
}
