/** The models in the folders of runs, and what is said of each in one line, from whichever experiments its folder holds. */

import { FIGURES } from "../benchmark/tables.ts";
import type { Measured } from "../compare/best_model.ts";
import { folderNames, imagesOf } from "../compare/same_study.ts";
import { HEADS } from "../experiments/attend/tables.ts";
import { CIRCUIT_TABLE } from "../experiments/circuit/tables/circuit_table.ts";
import { SHARES } from "../experiments/shares/index.ts";
import { EFFECTS } from "../experiments/trace/tables.ts";
import type { Manifest } from "../files/manifest.ts";
import { PARTS_FILE, readFinishedParts } from "../parts/parts_folder.ts";
import { type OpenedRun, openRun } from "../runs/open_run.ts";
import { greatest } from "../charts/texts.ts";
import { ClusterBootstrap } from "../stats/bootstrap.ts";
import type { Estimate } from "../stats/estimate.ts";
import { mean } from "../stats/columns.ts";
import { estimateIn } from "../study/controls/read_estimate.ts";
import { LEAST_SHARE } from "../study/effects/named_shares.ts";
import { signOfD, sizeOfD } from "../study/effects/noise.ts";
import type { Line } from "../study/effects/row_values.ts";
import { SUMMARY, type SummaryRow } from "../study/evaluate/summary.ts";
import { EVALUATE } from "../study/rows/score_rows.ts";
import type { Columns, RowOfColumns, TableSchema } from "../tables/table.ts";
import { type ScoredRow, scoredRows } from "./paired.ts";
import { BLOCKS_SUMMARY } from "../study/evaluate/blocks.ts";

export interface ModelRuns {
  readonly name: string;
  /** The name of the data in a study; the rows that the run kept otherwise. */
  readonly data: string | undefined;
  readonly seed: number;
  readonly runs: readonly OpenedRun[];
}

/** The command of a study, whose folder has a run in `MODEL/DATA/EXPERIMENT` and, with several seeds, `seed_K` below. */
export const STUDY = "study";

export function hasParts({ checksums = {} }: Manifest): boolean {
  return Object.hasOwn(checksums, PARTS_FILE);
}

/** Reads the models of folders, in their order, by the names of the models, or of the folders where two are of one model; names that are still shared get a number. */
export async function readModels(operands: readonly OpenedRun[]): Promise<ModelRuns[]> {
  const folders = folderNames(operands.map(({ folder }) => folder));
  const read = await Promise.all(operands.map(async (operand, i): Promise<ModelRuns[]> => {
    const { manifest: { command, seed } } = operand;
    if (command === STUDY) return await modelsOfStudy(operand);
    return [{ name: folders[i]!, data: undefined, seed, runs: await runsOf(operand) }];
  }));
  const own = read.flat().filter(({ data }) => data === undefined).map(modelNameOf);
  const isDistinct = !own.includes(undefined) && new Set(own).size === own.length;
  const models = read.flat().map((model) =>
    isDistinct && model.data === undefined ? { ...model, name: modelNameOf(model)! } : model
  );
  const keyOf = ({ name, data, seed }: ModelRuns) => JSON.stringify([name, data, seed]);
  const alike = Map.groupBy(models, keyOf);
  return models.map((model, i) =>
    alike.get(keyOf(model))!.length > 1 ? { ...model, name: `${model.name} ${i + 1}` } : model
  );
}

function modelNameOf({ runs }: ModelRuns): string | undefined {
  return runs.map(({ manifest: { model } }) => model?.name).find((name) => name !== undefined);
}

async function modelsOfStudy({ folder, manifest }: OpenedRun): Promise<ModelRuns[]> {
  const cells = new Set(manifest.sources.data.map(({ file }) => file));
  const runs = await Promise.all(Array.from(cells, async (cell) => {
    const [name, data] = cell.split("/") as [string, string];
    const run = await openRun(`${folder}/${cell}`);
    return { name, data, seed: run.manifest.seed, runs: await runsOf(run) };
  }));
  const models = Map.groupBy(runs, ({ name, data, seed }) => JSON.stringify([name, data, seed]));
  return [...models.values()].map((ofModel) => (
    { ...ofModel[0]!, runs: ofModel.flatMap(({ runs }) => runs) }
  ));
}

/** A run by itself, or the parts of an atlas or the paper. */
async function runsOf(run: OpenedRun): Promise<OpenedRun[]> {
  if (!hasParts(run.manifest)) return [run];
  return await readFinishedParts(run.folder, run.manifest);
}

export function imagesOfModel({ runs }: ModelRuns): string | undefined {
  return runs.map(({ record }) => imagesOf(record)).find((sum) => sum !== undefined);
}

/** The rows of a table of the first run that has it. */
export function rowsIn<Own extends Columns>(
  { runs }: ModelRuns,
  schema: TableSchema<Own>,
  isMeant: (manifest: Manifest) => boolean = () => true,
): readonly RowOfColumns<Own>[] {
  const run = runs.find(({ schemas, manifest }) => schemas.has(schema.name) && isMeant(manifest));
  return run?.rows(schema) ?? [];
}

export const CURVES = ["negator", "between", "eot"] as const;

export type Curve = typeof CURVES[number];

interface RoleCurves {
  readonly shares: Readonly<Record<Curve, readonly Estimate[]>>;
  /** The layer at which the end token gains most. */
  readonly eotLayer: Estimate;
}

interface RoleLine {
  readonly id: string;
  readonly layer: number;
  readonly role: string;
  readonly effect: number | undefined;
}

/** The curve of a role; undefined for one before the negator. */
function curveOf(role: string): Curve | undefined {
  if (role === "negator" || role === "inserted") return "negator";
  if (role === "eot" || role === "pooled") return "eot";
  return ["sot", "there", "is_are", "before"].includes(role) ? undefined : "between";
}

/** Computes the curves over all rows of both sides; of effects.csv the tokens of a role count with their mean. */
export function roleCurves(
  rows: readonly ScoredRow[],
  lines: readonly RoleLine[],
): RoleCurves | undefined {
  const ofRow = Map.groupBy(lines, ({ id }) => id);
  const used = rows.filter(({ id }) => ofRow.has(id));
  const layers = greatest(lines.map(({ layer }) => layer));
  if (used.length === 0 || layers < 1) return undefined;
  const zeros = () => Array.from({ length: layers + 1 }, () => new Float64Array(used.length));
  const sums = { negator: zeros(), between: zeros(), eot: zeros() };
  for (const [place, { id, d }] of used.entries()) {
    const cells = Map.groupBy(ofRow.get(id)!, ({ layer, role }) => `${layer} ${role}`);
    for (const tokens of cells.values()) {
      const { role, layer } = tokens[0]!;
      const curve = curveOf(role);
      const effect = mean(tokens.flatMap(({ effect }) => effect ?? []));
      if (curve === undefined || effect === undefined) continue;
      sums[curve][layer]![place]! += signOfD(d) * effect;
    }
  }
  using bootstrap = new ClusterBootstrap(used.map(({ cluster }) => cluster), { seed: 0 });
  const weights = bootstrap.kept(Float64Array.from(used, ({ d }) => sizeOfD(d)));
  const sharesOf = (curve: Curve) => sums[curve].map((sum) => bootstrap.ratio(sum, weights));
  const shares = {
    negator: sharesOf("negator"),
    between: sharesOf("between"),
    eot: sharesOf("eot"),
  };
  const { estimate, low, high } = bootstrap.sums(sums.eot)(largestStep, { weights });
  const eotLayer = {
    estimate: weights.some((weight) => weight > 0) ? estimate : undefined,
    low: low && Math.floor(low),
    high: high && Math.ceil(high),
  };
  return { shares, eotLayer };
}

/** The place at which values rise most from the one before. */
function largestStep(values: readonly number[]): number {
  let most = 1;
  for (let at = 2; at < values.length; at++) {
    if (values[at]! - values[at - 1]! > values[most]! - values[most - 1]!) most = at;
  }
  return most;
}

export interface ModelLine {
  readonly model: ModelRuns;
  readonly measures: Readonly<Record<string, Measured>>;
  /** The measures that it lacks, with the experiment that has them. */
  readonly missing: readonly string[];
  readonly layers: number | undefined;
  readonly curves: RoleCurves | undefined;
  readonly rows: readonly ScoredRow[];
  readonly scores: readonly SummaryRow[];
}

/** The faithfulness that the search for a circuit asks for by default. */
const ENOUGH = "0.9";

export function modelLine(model: ModelRuns): ModelLine {
  const described = model.runs.find(({ manifest }) => manifest.model !== undefined)?.manifest;
  const cluster = model.runs.map((run) => run.cluster).find((by) => by !== undefined);
  const evaluated = model.runs.find(({ schemas }) => schemas.has(EVALUATE.name));
  const rows = scoredRows(evaluated?.rows(EVALUATE) ?? [], cluster);
  const curves = curvesOf(model, rows);
  const scores = rowsIn(model, SUMMARY);
  const both = scores.find(({ negation }) => negation === "both");
  const right = rowsIn(model, BLOCKS_SUMMARY).find(({ quantity }) =>
    quantity === "sentences_right"
  );
  const heads = rowsIn(model, HEADS);
  const isUsual = ({ options }: Manifest) => (options["faithfulness"] ?? ENOUGH) === ENOUGH;
  const isOfAll = ({ negation }: { readonly negation: string }) => negation === "all";
  const [score, circuit] = [
    scores.find(isOfAll),
    rowsIn(model, CIRCUIT_TABLE, isUsual).find(isOfAll),
  ];
  const figure = rowsIn(model, FIGURES).find(({ by, measure }) =>
    by === "all" && measure === "accuracy"
  );
  const { estimate, low, high } = curves?.eotLayer ?? {};
  const measures: Record<string, Measured> = {
    accuracy: score === undefined
      ? measured(FIGURES, figure, "value")
      : measured(SUMMARY, score, "accuracy"),
    gamma: measured(SUMMARY, both, "gamma"),
    alpha: measured(SUMMARY, both, "alpha"),
    sentences_right: measured(BLOCKS_SUMMARY, right, "value"),
    eot_layer: { value: estimate, low, high },
    ...headCounts(heads),
    circuit_nodes: { value: circuit?.nodes },
    faithfulness: measured(CIRCUIT_TABLE, circuit, "faithfulness"),
    random_faithfulness: { value: circuit?.random_mean },
  };
  return {
    model,
    measures,
    missing: [
      ...measures["accuracy"]!.value === undefined ? ["accuracy (evaluate)"] : [],
      ...curves === undefined ? ["roles by layer (shares or trace)"] : [],
      ...heads.length === 0 ? ["heads (attend)"] : [],
      ...circuit === undefined ? ["circuit (circuit)"] : [],
    ],
    layers: described?.model?.text.layers,
    ...{ curves, rows },
    scores,
  };
}

function measured(schema: TableSchema, line: Line | undefined, column: string): Measured {
  if (line === undefined) return { value: undefined };
  const { value, low, high } = estimateIn(line, column, schema.columns[column]!.estimate);
  return { value, low, high };
}

/** How many heads look at the negator on either side, and how many more than their control does. */
export function headCounts(rows: readonly Line[]): Record<string, Measured> {
  const { estimate } = HEADS.columns.above_baseline;
  const named = rows.flatMap((line) => {
    const { value = 0, simultaneousLow = 0, control } = estimateIn(
      line,
      "above_baseline",
      estimate,
    );
    const isNamed = value >= LEAST_SHARE && simultaneousLow > 0;
    return isNamed ? [{ head: `${line["layer"]}.${line["head"]}`, control }] : [];
  });
  const countOf = (lines: typeof named) => new Set(lines.map(({ head }) => head)).size;
  const hasControl = named.some(({ control }) => control !== undefined);
  return {
    heads: { value: rows.length === 0 ? undefined : countOf(named) },
    heads_beyond_control: {
      value: hasControl ? countOf(named.filter(({ control }) => control?.isBeyond)) : undefined,
    },
  };
}

/** From shares.csv, else from the effects of tracing the residual stream. */
function curvesOf(model: ModelRuns, rows: readonly ScoredRow[]): RoleCurves | undefined {
  const shares: readonly Line[] = rowsIn(model, SHARES.schema);
  const lines = shares.length > 0
    ? shares
    : rowsIn(model, EFFECTS).filter((line) =>
      line.site === "resid" && line.direction === "denoise"
    );
  return lines.length === 0 ? undefined : roleCurves(rows, lines as unknown as RoleLine[]);
}
