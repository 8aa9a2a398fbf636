/** Tables made at once that experiments make in steps. */

import { attentionSteps } from "../../lib/experiments/attend/tables.ts";
import { accuracySteps, correlationSteps } from "../../lib/experiments/correlate/index.ts";
import { finish, type Steps } from "../../lib/stats/steps.ts";
import { summarySteps } from "../../lib/study/evaluate/summary.ts";
/** Takes all steps at once. */
function atOnce<Given extends readonly unknown[], Made>(steps: (...given: Given) => Steps<Made>) {
  return (...given: Given): Made => finish(steps(...given));
}

export const attentionTables = atOnce(attentionSteps);
export const correlateFeatures = atOnce(correlationSteps);
export const accuracyBySize = atOnce(accuracySteps);
export const summarize = atOnce(summarySteps);
