/** Tables made at once that experiments make in steps. */

import {
  type AblationLines,
  type AblationRow,
  ablationSteps,
  type AblationTables,
} from "../../lib/experiments/ablate/tables.ts";
import { attentionSteps, type AttentionTables } from "../../lib/experiments/attend/tables.ts";
import { accuracySteps, correlationSteps } from "../../lib/experiments/correlate/correlate.ts";
import { bandSteps } from "../../lib/experiments/correlate/feature_bands.ts";
import {
  type KnockoutLines,
  type KnockoutRow,
  knockoutSteps,
  type KnockoutTables,
} from "../../lib/experiments/knockout/tables.ts";
import { peakSteps } from "../../lib/experiments/trace/peaks.ts";
import { traceSummarySteps } from "../../lib/experiments/trace/trace_summary.ts";
import { finish, type Steps } from "../../lib/stats/steps.ts";
import type { StatisticsOptions } from "../../lib/study/clusters.ts";
import { summarySteps } from "../../lib/study/evaluate/summary.ts";
import type { EvaluateRow } from "../../lib/study/rows/score_rows.ts";

/** Takes all steps at once. */
function atOnce<Given extends readonly unknown[], Made>(steps: (...given: Given) => Steps<Made>) {
  return (...given: Given): Made => finish(steps(...given));
}

export const summarizeTrace = atOnce(traceSummarySteps);
export const findPeaks = atOnce(peakSteps);
export const attentionTables: (...given: Parameters<typeof attentionSteps>) => AttentionTables =
  atOnce(attentionSteps);
export const correlateFeatures = atOnce(correlationSteps);
export const accuracyBySize = atOnce(accuracySteps);
export const featureBands = atOnce(bandSteps);
export const summarize = atOnce(summarySteps);

/** A row whose heads were knocked out. */
export interface KnockoutInput {
  readonly scores: EvaluateRow;
  /** Its lines of knockout.csv, as `knockoutRow` makes them. */
  readonly heads: readonly KnockoutRow[];
}

export function knockoutTables(
  rows: readonly KnockoutInput[],
  options: StatisticsOptions,
): KnockoutTables {
  const lines = rows.map(({ scores, heads }): KnockoutLines => (
    { scores, count: heads.length, line: (place) => heads[place]! }
  ));
  return finish(knockoutSteps(lines, options));
}

/** A row whose image was ablated. */
export interface AblationInput {
  readonly scores: EvaluateRow;
  /** Its lines of ablation.csv, as `ablateRows` returns them. */
  readonly parts: readonly AblationRow[];
}

export function ablationTables(
  rows: readonly AblationInput[],
  options: StatisticsOptions,
): AblationTables {
  const lines = rows.map(({ scores, parts }): AblationLines => (
    { scores, count: parts.length, line: (place) => parts[place]! }
  ));
  return finish(ablationSteps(lines, options));
}
