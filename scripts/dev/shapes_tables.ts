/** The small tables of a model's README, from runs of the experiments. */

import { NEGATIONS } from "../../lib/data/pairs.ts";
import { attend } from "../../lib/experiments/attend/index.ts";
import type { HeadRow } from "../../lib/experiments/attend/tables.ts";
import type { CorrelationRow } from "../../lib/experiments/correlate/correlate.ts";
import { correlate } from "../../lib/experiments/correlate/index.ts";
import type { EffectRow } from "../../lib/experiments/trace/effects.ts";
import { trace } from "../../lib/experiments/trace/index.ts";
import type { TraceRow } from "../../lib/experiments/trace/trace_summary.ts";
import { evaluate } from "../../lib/study/evaluate/index.ts";
import type { SummaryRow } from "../../lib/study/evaluate/summary.ts";
import { SEGMENTS } from "../../lib/study/rows/score.ts";
import type { Study } from "../../lib/study/study.ts";

/** The rows of tables that the experiments write. */
export interface Profile {
  readonly summary: Iterable<SummaryRow>;
  readonly effects: Iterable<EffectRow>;
  readonly trace: Iterable<TraceRow>;
  readonly heads: Iterable<HeadRow>;
  readonly correlations: Iterable<CorrelationRow>;
}

/** Runs the experiments, causal tracing on all segments. */
export async function profileModel(study: Study): Promise<Profile> {
  const { summary } = (await study.run(evaluate)).tables;
  const { effects, trace: means } = (await study.run(trace, { segments: SEGMENTS })).tables;
  const { heads } = (await study.run(attend)).tables;
  const { correlations } = (await study.run(correlate)).tables;
  return {
    summary: summary.rows,
    effects: effects.rows,
    trace: means.rows,
    heads: heads.rows,
    correlations: correlations.rows,
  };
}

/** Accuracy and segments of each side, and Pearson's r of the subject's size and d, for one seed of the recipe. */
export function seedRows({ summary, correlations }: Profile, seed: number) {
  return NEGATIONS.map((negation) => {
    const { n, accuracy, correct, ambiguous, incorrect, mean_d, sd_d } = [...summary].find((row) =>
      row.negation === negation
    )!;
    const size_r = [...correlations].find((row) =>
      row.negation === negation && row.feature === "subject_size"
    )?.r;
    return { seed, negation, n, accuracy, correct, ambiguous, incorrect, mean_d, sd_d, size_r };
  });
}

/** The role with the largest mean effect, of either sign, at each layer, over the correct rows of each side. */
export function mapPeaks({ trace }: Profile) {
  const correct = [...trace].filter(({ segment, cte }) =>
    segment === "correct" && cte !== undefined
  );
  const cells = Map.groupBy(correct, ({ negation, layer }) => `${negation},${layer}`);
  return [...cells.values()].map((cell) => {
    const { negation, layer, role, cte } = cell.reduce((best, row) =>
      Math.abs(row.cte!) > Math.abs(best.cte!) ? row : best
    );
    return { negation, layer, role, cte };
  });
}

/** The number of heads listed for each side. */
const TOP_HEADS = 5;

/** The most selective heads of each side. */
export function topHeads({ heads }: Profile) {
  return [...Map.groupBy(heads, ({ negation }) => negation).values()].flatMap((side) =>
    side.toSorted((a, b) => b.selectivity! - a.selectivity!).slice(0, TOP_HEADS)
      .map(({ negation, layer, head, selectivity }) => ({ negation, layer, head, selectivity }))
  );
}
