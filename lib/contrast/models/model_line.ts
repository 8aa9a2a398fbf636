/** What is said of a model in one line, from whichever experiments its folder holds. */

import { clusterBy } from "../../study/clusters.ts";
import { estimateIn } from "../../study/controls/read_estimate.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import type { Manifest } from "../../files/manifest.ts";
import { ACCURACIES } from "../../benchmark/tables.ts";
import { HEADS } from "../../experiments/attend/tables.ts";
import { CIRCUIT_TABLE } from "../../experiments/circuit/tables/circuit_table.ts";
import { CURVE } from "../../experiments/circuit/tables/curve.ts";
import { SUMMARY } from "../../study/evaluate/summary.ts";
import type { CsvRow } from "../../tables/csv.ts";
import type { TableCell, TableSchema } from "../../tables/table.ts";
import { type ModelRuns, tableOf } from "./read_models.ts";
import { type RoleCurves, roleCurves } from "./role_curves.ts";
import { type ScoredRow, scoredRows } from "../runs/rows_of_run.ts";

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
  const benchmark = (await tableOf(model, "accuracy")).find((row) => row.text("by") === "all");
  const heads = await tableOf(model, "heads");
  const isUsual = ({ options }: Manifest) => (options["faithfulness"] ?? ENOUGH) === ENOUGH;
  const circuit = all(await tableOf(model, "circuit", isUsual));
  const areas = (await tableOf(model, CURVE.name)).filter((row) =>
    row.text("negation") === "all" && row.text("measure") !== "faithfulness"
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
      ? measured(benchmark, ACCURACIES, "accuracy")
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
    cpr: measured(area("cpr"), CURVE, "value"),
    cmd: measured(area("cmd"), CURVE, "value"),
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
