/** The models in the folders of runs, and what is said of each in one line, from whichever experiments its folder holds. */

import { folderNames, imagesOf } from "../../compare/same_study.ts";
import { readTables } from "../../compare/write_comparison.ts";
import { type Manifest, readFinished } from "../../files/manifest.ts";
import { PARTS_FILE, readFinishedParts } from "../../parts/parts_folder.ts";
import type { CsvRow } from "../../tables/csv.ts";
import type { FinishedRun } from "../runs/contrast_runs.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { mean } from "../../stats/columns.ts";
import { signOfD, sizeOfD } from "../../study/effects/noise.ts";
import { type ScoredRow, scoredRows } from "../runs/paired.ts";
import { clusterBy } from "../../study/clusters.ts";
import { estimateIn } from "../../study/controls/read_estimate.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { FIGURES } from "../../benchmark/tables.ts";
import { HEADS } from "../../experiments/attend/tables.ts";
import { CIRCUIT_TABLE } from "../../experiments/circuit/tables/circuit_table.ts";
import { CIRCUIT_MEASURES } from "../../experiments/circuit/tables/nodes.ts";
import { SUMMARY } from "../../study/evaluate/summary.ts";
import type { TableCell, TableSchema } from "../../tables/table.ts";

/** A model on some data, with its runs. */
export interface ModelRuns {
  readonly name: string;
  /** The name of the data in a study; the rows that the run kept otherwise. */
  readonly data: string | undefined;
  readonly seed: number;
  readonly runs: readonly FinishedRun[];
}

/** The command of a study, whose folder has a run in `MODEL/DATA/EXPERIMENT` and, with several seeds, `seed_K` below. */
export const STUDY = "study";

export function hasParts({ checksums = {} }: Manifest): boolean {
  return Object.hasOwn(checksums, PARTS_FILE);
}

/** Reads the models of folders, in their order; names that two share get the folder's before them. */
export async function readModels(operands: readonly FinishedRun[]): Promise<ModelRuns[]> {
  const names = folderNames(operands.map(({ folder }) => folder));
  const read = await Promise.all(operands.map(async (operand, i): Promise<ModelRuns[]> => {
    const { manifest: { command, seed } } = operand;
    if (command === STUDY) return await modelsOfStudy(operand);
    return [{ name: names[i]!, data: undefined, seed, runs: await runsOf(operand) }];
  }));
  const models = read.flat();
  const keyOf = ({ name, data, seed }: ModelRuns) => JSON.stringify([name, data, seed]);
  const alike = Map.groupBy(models, keyOf);
  return models.map((model, i) =>
    alike.get(keyOf(model))!.length > 1 ? { ...model, name: `${model.name} ${i + 1}` } : model
  );
}

async function modelsOfStudy({ folder, manifest }: FinishedRun): Promise<ModelRuns[]> {
  const cells = new Set(manifest.sources.data.map(({ file }) => file));
  const runs = await Promise.all(Array.from(cells, async (cell) => {
    const [name, data] = cell.split("/") as [string, string];
    const run = await finishedRun(`${folder}/${cell}`);
    return { name, data, seed: run.manifest.seed, runs: await runsOf(run) };
  }));
  const models = Map.groupBy(runs, ({ name, data, seed }) => JSON.stringify([name, data, seed]));
  return [...models.values()].map((ofModel) => (
    { ...ofModel[0]!, runs: ofModel.flatMap(({ runs }) => runs) }
  ));
}

async function finishedRun(folder: string): Promise<FinishedRun> {
  return { folder, manifest: await readFinished(folder) };
}

/** A run by itself, or the parts of an atlas or the paper. */
async function runsOf(run: FinishedRun): Promise<FinishedRun[]> {
  if (!hasParts(run.manifest)) return [run];
  return await readFinishedParts(run.folder, run.manifest);
}

/** The one checksum of all images that a model's runs read. */
export function imagesOfModel({ runs }: ModelRuns): string | undefined {
  return runs.map(({ manifest }) => imagesOf(manifest)).find((sum) => sum !== undefined);
}

/** Reads a table of the first run that has it. */
export async function tableOf(
  { runs }: ModelRuns,
  name: string,
  isMeant: (manifest: Manifest) => boolean = () => true,
): Promise<readonly CsvRow[]> {
  for (const { folder, manifest } of runs.filter(({ manifest }) => isMeant(manifest))) {
    const rows = (await readTables(folder, manifest, [name])).get(name);
    if (rows !== undefined) return rows;
  }
  return [];
}

export const CURVES = ["negator", "between", "eot"] as const;

export type Curve = typeof CURVES[number];

/** What the tokens hold of d. */
export interface RoleCurves {
  /** By layer, from 0 for the embeddings. */
  readonly shares: Readonly<Record<Curve, readonly Estimate[]>>;
  /** The layer at which the end token gains most. */
  readonly eotLayer: Estimate;
}

/** The curve of a role; undefined for one before the negator. */
function curveOf(role: string): Curve | undefined {
  if (role === "negator" || role === "inserted") return "negator";
  if (role === "eot" || role === "pooled") return "eot";
  return ["sot", "there", "is_are", "before"].includes(role) ? undefined : "between";
}

/**
 * Computes the curves over all rows, of both sides.
 *
 * @param lines What each role of a row holds at a layer, in logits: lines of shares.csv, or of effects.csv, whose tokens of a role count with their
 * mean.
 * @param column The column of the effect.
 */
export function roleCurves(
  rows: readonly ScoredRow[],
  lines: readonly CsvRow[],
  column: string,
): RoleCurves | undefined {
  const ofRow = Map.groupBy(lines, (line) => line.text("id"));
  const used = rows.filter(({ id }) => ofRow.has(id));
  const layers = Math.max(-1, ...lines.map((line) => line.count("layer")));
  if (used.length === 0 || layers < 1) return undefined;
  const zeros = () => Array.from({ length: layers + 1 }, () => new Float64Array(used.length));
  const sums = { negator: zeros(), between: zeros(), eot: zeros() };
  for (const [place, { id, d }] of used.entries()) {
    const cells = Map.groupBy(
      ofRow.get(id)!,
      (line) => `${line.count("layer")} ${line.text("role")}`,
    );
    for (const tokens of cells.values()) {
      const curve = curveOf(tokens[0]!.text("role"));
      const effect = mean(tokens.flatMap((line) => line.number(column) ?? []));
      if (curve === undefined || effect === undefined) continue;
      sums[curve][tokens[0]!.count("layer")]![place]! += signOfD(d) * effect;
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

export interface Measured {
  readonly value: TableCell;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A model's line, and what its charts are drawn from. */
export interface ModelLine {
  readonly model: ModelRuns;
  readonly measures: Readonly<Record<string, Measured>>;
  /** The measures that it lacks, with the experiment that has them. */
  readonly missing: readonly string[];
  /** The blocks of the text tower. */
  readonly layers: number | undefined;
  readonly curves: RoleCurves | undefined;
  readonly rows: readonly ScoredRow[];
  /** The lines of summary.csv. */
  readonly scores: readonly CsvRow[];
}

/** The faithfulness that the search for a circuit asks for by default. */
const ENOUGH = "0.9";

export async function modelLine(model: ModelRuns): Promise<ModelLine> {
  const described = model.runs.find(({ manifest }) => manifest.model !== undefined)?.manifest;
  const cluster = model.runs.map(({ manifest }) => clusterBy(manifest.options["cluster"]))
    .find((by) => by !== undefined);
  const rows = scoredRows(await tableOf(model, "evaluate"), cluster);
  const curves = await curvesOf(model, rows);
  const all = (rows: readonly CsvRow[]) => rows.find((row) => row.optional("negation") === "all");
  const scores = await tableOf(model, SUMMARY.name);
  const summary = all(scores);
  const benchmark = (await tableOf(model, FIGURES.name)).find((row) =>
    row.text("by") === "all" && row.text("measure") === "accuracy"
  );
  const heads = await tableOf(model, "heads");
  const isUsual = ({ options }: Manifest) => (options["faithfulness"] ?? ENOUGH) === ENOUGH;
  const circuit = all(await tableOf(model, "circuit", isUsual));
  const areas = (await tableOf(model, CIRCUIT_MEASURES.name)).filter((row) =>
    row.text("negation") === "all" && ["cpr", "cmd"].includes(row.text("measure"))
  ).toSorted((a, b) => (b.number("value") ?? 0) - (a.number("value") ?? 0));
  const best = areas.find((row) => row.text("measure") === "cpr");
  const ranking = areas.some((row) => row.text("ranking") === circuit?.text("ranking"))
    ? circuit?.text("ranking")
    : best?.text("ranking");
  const area = (measure: string) =>
    areas.find((row) => row.text("ranking") === ranking && row.text("measure") === measure);
  const layers = described?.model?.text.layers;
  const measures: Record<string, Measured> = {
    accuracy: summary === undefined
      ? measured(benchmark, FIGURES, "value")
      : measured(summary, SUMMARY, "accuracy"),
    mean_d: measured(summary, SUMMARY, "mean_d"),
    eot_layer: { ...curves?.eotLayer, value: curves?.eotLayer.estimate },
    negator_share: {
      value: curves?.shares.negator.map(({ estimate }) =>
        estimate === undefined ? "?" : (Math.round(100 * estimate) / 100 + 0).toFixed(2)
      ).join(" "),
    },
    ...headCounts(heads),
    circuit_nodes: { value: circuit?.number("nodes") },
    faithfulness: measured(circuit, CIRCUIT_TABLE, "faithfulness"),
    random_faithfulness: { value: circuit?.number("random_mean") },
    cpr: measured(area("cpr"), CIRCUIT_MEASURES, "value"),
    cmd: measured(area("cmd"), CIRCUIT_MEASURES, "value"),
  };
  const lacks = [
    ...measures["accuracy"]!.value === undefined ? ["accuracy (evaluate)"] : [],
    ...curves === undefined ? ["roles by layer (shares or trace)"] : [],
    ...heads.length === 0 ? ["heads (attend)"] : [],
    ...circuit === undefined ? ["circuit (circuit)"] : [],
  ];
  return { model, measures, missing: lacks, layers, curves, rows, scores };
}

function measured(row: CsvRow | undefined, schema: TableSchema, column: string): Measured {
  const { value, low, high } = row === undefined
    ? {}
    : estimateIn(row, column, schema.columns[column]!.estimate);
  return { value, low, high };
}

/** How many heads look at the negator on either side, for how many the control shows as much, and how many are beyond it. */
export function headCounts(rows: readonly CsvRow[]): Record<string, Measured> {
  const { estimate } = HEADS.columns.above_baseline;
  const [named, beyond, reached] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let hasControl = false;
  for (const row of rows) {
    const head = `${row.count("layer")}.${row.count("head")}`;
    const { value = 0, simultaneousLow = 0, control } = estimateIn(row, "above_baseline", estimate);
    if (value < LEAST_SHARE || simultaneousLow <= 0) continue;
    named.add(head);
    if (control === undefined) continue;
    hasControl = true;
    if (control.isBeyond === true) beyond.add(head);
    if (Math.abs(control.value ?? 0) >= value) reached.add(head);
  }
  return {
    heads: { value: rows.length === 0 ? undefined : named.size },
    heads_beyond_control: { value: hasControl ? beyond.size : undefined },
    control_heads: { value: hasControl ? reached.size : undefined },
  };
}

/** From shares.csv, else from the effects of tracing the residual stream. */
async function curvesOf(
  model: ModelRuns,
  rows: readonly ScoredRow[],
): Promise<RoleCurves | undefined> {
  const shares = await tableOf(model, "shares");
  if (shares.length > 0) return roleCurves(rows, shares, "share");
  const effects = (await tableOf(model, "effects")).filter((row) =>
    (row.optional("site") ?? "resid") === "resid" &&
    (row.optional("direction") ?? "denoise") === "denoise"
  );
  return effects.length === 0 ? undefined : roleCurves(rows, effects, "effect");
}
