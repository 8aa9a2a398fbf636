/** From what was measured of every row to a task's tables, charts and findings: for the task itself and for merge. */

import { type AblationInput, ablationTables } from "../lib/experiments/ablate/tables.ts";
import {
  type AttendedRow,
  attentionTables,
  mostSelectiveLayer,
} from "../lib/experiments/attend/tables.ts";
import {
  accuracyBySize,
  auditRepeats,
  correlateFeatures,
} from "../lib/experiments/correlate/correlate.ts";
import { type EvaluateRow, evaluateTable } from "../lib/subject/score_rows.ts";
import { summarize } from "../lib/experiments/evaluate/summary.ts";
import { featureBands } from "../lib/experiments/correlate/feature_bands.ts";
import { featuredRows, type FeatureRow } from "../lib/experiments/correlate/features.ts";
import {
  type KnockoutInput,
  knockoutPoints,
  knockoutTables,
} from "../lib/experiments/knockout/tables.ts";
import { sentencePairKey } from "../lib/subject/prepare.ts";
import { type EffectRow, effectsTable } from "../lib/experiments/trace/trace.ts";
import { findPeaks, summarizeTrace } from "../lib/experiments/trace/trace_summary.ts";
import { ablationChart } from "../lib/experiments/ablate/chart.ts";
import { featureScatter } from "../lib/experiments/correlate/feature_scatter.ts";
import { headRoles } from "../lib/experiments/attend/roles_chart.ts";
import { knockoutChart } from "../lib/experiments/knockout/chart.ts";
import { scoresChart } from "../lib/experiments/evaluate/chart.ts";
import { selectivityMap } from "../lib/experiments/attend/selectivity_map.ts";
import { sizeAccuracy } from "../lib/experiments/correlate/size_chart.ts";
import type { ChartSpec } from "../lib/charts/spec.ts";
import { traceMap } from "../lib/experiments/trace/chart.ts";
import {
  ablationFindings,
  auditFindings,
  correlationFindings,
  headFindings,
  knockoutFindings,
  scoreFindings,
  traceFindings,
} from "../lib/experiments/findings.ts";
import type { MeasuredRow, RunOutput } from "./run_output.ts";

/** A row with its scores. */
export type ScoredRow = MeasuredRow & { readonly scores: EvaluateRow };

/** A row with its lines of effects.csv; a row of another segment than the traced ones has none. */
export type TraceOutputRow = ScoredRow & { readonly effects: readonly EffectRow[] };

/** A row with the attention of its sentences. */
export type AttendOutputRow = MeasuredRow & { readonly attended: AttendedRow };

/** A row with its lines of knockout.csv, and the attention of its sentences. */
export type KnockoutOutputRow = ScoredRow & KnockoutInput & { readonly attended: AttendedRow };

/** A row with its lines of ablation.csv. */
export type AblateOutputRow = ScoredRow & AblationInput;

/** A row with its line of features.csv. */
export type CorrelateOutputRow = ScoredRow & { readonly features: FeatureRow };

/** The files of {@linkcode writeScores}. */
export const SCORE_FILES = ["evaluate.csv", "summary.csv", "scores.vl.json", "scores.svg"];

/** Writes evaluate.csv, summary.csv and their chart. */
export async function writeScores(run: RunOutput, rows: readonly ScoredRow[]): Promise<string[]> {
  const evaluate = rows.map(({ scores }) => scores);
  const summary = summarize(rows.map(({ pair }) => pair), evaluate, { seed: run.seed });
  await run.folder.writeTable(evaluateTable(evaluate));
  await run.folder.writeTable(summary);
  await writeChart(run, "scores", scoresChart(evaluate, chartOptions(run)));
  return [scoreFindings(summary.rows)];
}

/** The files of {@linkcode writeTrace}. */
export const TRACE_FILES = [
  "effects.csv",
  "trace.csv",
  "peaks.csv",
  "trace_map.vl.json",
  "trace_map.svg",
];

/** Writes effects.csv, trace.csv, peaks.csv and the map. */
export async function writeTrace(
  run: RunOutput,
  rows: readonly TraceOutputRow[],
): Promise<string[]> {
  const effects = rows.flatMap((row) => row.effects);
  const trace = summarizeTrace(effects, {
    d: new Map(rows.map(({ scores: { id, d } }) => [id, d])),
    clusters: new Map(rows.map(({ pair }) => [pair.id, sentencePairKey(pair)])),
    seed: run.seed,
  });
  await run.folder.writeTable(effectsTable(effects));
  await run.folder.writeTable(trace);
  await run.folder.writeTable(findPeaks(effects));
  await writeChart(run, "trace_map", traceMap(trace.rows, chartOptions(run)));
  return [traceFindings(trace.rows)];
}

/** The files of {@linkcode writeAttend}. */
export const ATTEND_FILES = [
  "attention.csv",
  "heads.csv",
  "head_roles.csv",
  "selectivity.vl.json",
  "selectivity.svg",
  "head_roles.vl.json",
  "head_roles.svg",
];

/** Writes attention.csv, heads.csv, head_roles.csv and their charts. */
export async function writeAttend(
  run: RunOutput,
  rows: readonly AttendOutputRow[],
): Promise<string[]> {
  const tables = await run.stopwatch.measure(
    "statistics",
    () => attentionTables(rows.map(({ attended }) => attended), { seed: run.seed }),
  );
  await run.folder.writeTable(tables.attention);
  await run.folder.writeTable(tables.heads);
  await run.folder.writeTable(tables.headRoles);
  const wanted = run.identity.options["layer"];
  const layer = wanted === undefined ? mostSelectiveLayer(tables.heads.rows) : Number(wanted);
  await writeChart(run, "selectivity", selectivityMap(tables.heads.rows, chartOptions(run)));
  const roles = headRoles(tables.headRoles.rows, { ...chartOptions(run), layer });
  await writeChart(run, "head_roles", roles);
  return [headFindings(tables.heads.rows)];
}

/** The files of {@linkcode writeKnockout}. */
export const KNOCKOUT_FILES = [
  "knockout.csv",
  "knockout_summary.csv",
  "knockout.vl.json",
  "knockout.svg",
];

/** Writes knockout.csv, knockout_summary.csv and their chart. */
export async function writeKnockout(
  run: RunOutput,
  rows: readonly KnockoutOutputRow[],
): Promise<string[]> {
  const { seed } = run;
  const tables = knockoutTables(rows, { seed });
  // Only selectivity is read: no head is tested against d.
  const attended = rows.map((row) => ({ ...row.attended, d: undefined }));
  const selectivity = attentionTables(attended, { seed }).heads;
  await run.folder.writeTable(tables.knockout);
  await run.folder.writeTable(tables.summary);
  const points = knockoutPoints(tables.summary.rows, selectivity.rows);
  await writeChart(run, "knockout", knockoutChart(points, chartOptions(run)));
  return [knockoutFindings(points)];
}

/** The files of {@linkcode writeAblate}. */
export const ABLATE_FILES = [
  "ablation.csv",
  "ablation_summary.csv",
  "ablation.vl.json",
  "ablation.svg",
];

/** Writes ablation.csv, ablation_summary.csv and their chart. */
export async function writeAblate(
  run: RunOutput,
  rows: readonly AblateOutputRow[],
): Promise<string[]> {
  const tables = ablationTables(rows, { seed: run.seed });
  await run.folder.writeTable(tables.ablation);
  await run.folder.writeTable(tables.summary);
  await writeChart(run, "ablation", ablationChart(tables.summary.rows, chartOptions(run)));
  return [ablationFindings(tables.summary.rows)];
}

/** The files of {@linkcode writeCorrelate}. */
export const CORRELATE_FILES = [
  "features.csv",
  "correlations.csv",
  "audit.csv",
  "size_accuracy.csv",
  "features.vl.json",
  "features.svg",
  "size_accuracy.vl.json",
  "size_accuracy.svg",
];

/** Writes features.csv, correlations.csv, audit.csv, size_accuracy.csv and their charts. */
export async function writeCorrelate(
  run: RunOutput,
  rows: readonly CorrelateOutputRow[],
): Promise<string[]> {
  const { seed } = run;
  const featured = featuredRows(
    rows.map(({ pair }) => pair),
    rows.map(({ features }) => features),
  );
  const { correlations, audit, sizes, bands } = await run.stopwatch.measure("statistics", () => ({
    correlations: correlateFeatures(featured, { seed }),
    audit: auditRepeats(featured),
    sizes: accuracyBySize(featured, { seed }),
    bands: featureBands(featured, { seed }),
  }));
  await run.folder.writeTable(featured.features);
  await run.folder.writeTable(correlations);
  await run.folder.writeTable(audit);
  await run.folder.writeTable(sizes);
  const options = { ...chartOptions(run), correlations: correlations.rows, bands };
  await writeChart(run, "features", featureScatter(featured.features.rows, options));
  await writeChart(run, "size_accuracy", sizeAccuracy(sizes.rows, chartOptions(run)));
  return [correlationFindings(correlations.rows), auditFindings(audit.rows)];
}

function chartOptions({ identity: { sources } }: RunOutput) {
  return { sources };
}

async function writeChart(run: RunOutput, name: string, spec: ChartSpec): Promise<void> {
  await run.stopwatch.measure("charts", () => run.folder.writeChart(name, spec, run.pictures));
}
