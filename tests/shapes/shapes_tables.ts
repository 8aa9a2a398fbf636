/** The small tables of the models' README, from runs of the experiments. */

import { NEGATIONS, type Pair } from "../../lib/data/pairs.ts";
import { attend } from "../../lib/experiments/attend/index.ts";
import type { HeadRow } from "../../lib/experiments/attend/tables.ts";
import { correlate, type CorrelationRow } from "../../lib/experiments/correlate/index.ts";
import type { EffectRow, TraceRow } from "../../lib/experiments/trace/tables.ts";
import { trace } from "../../lib/experiments/trace/index.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { loadStudy } from "../../lib/opening/load_study.ts";
import type { Cells, TableCell } from "../../lib/tables/table.ts";
import { mean } from "../../lib/stats/columns.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import { EMBEDDED_PAIRS, type StudyChoice } from "../../lib/study/choice/study_options.ts";
import { rightness } from "../../lib/study/effects/noise.ts";
import { evaluate } from "../../lib/study/evaluate/index.ts";
import type { SummaryRow } from "../../lib/study/evaluate/summary.ts";
import { SEGMENTS } from "../../lib/study/rows/score_rows.ts";
import type { Study } from "../../lib/study/study.ts";

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
  const { summary: correlations } = (await study.run(correlate)).tables;
  return {
    summary: summary.rows,
    effects: effects.rows,
    trace: means.rows,
    heads: heads.rows,
    correlations: correlations.rows,
  };
}

/** What is measured of a model by its name: the experiments on the embedded rows, and accuracy by frame on the controlled pairs. */
export async function measureModel(model: string) {
  const open = async (choice: StudyChoice) =>
    await loadStudy(await openInputs({ model, ...choice }), { runtime: nodeRuntime() });
  const named = <Row extends object>(rows: readonly Row[]) =>
    rows.map((row) => ({ model, ...row }));
  await using study = await open({});
  await using controlled = await open({ data: EMBEDDED_PAIRS, protocol: "standard" }); // with the scope "other" too
  const profile = await profileModel(study);
  return {
    models: named(sideRows(profile)),
    map: named(mapPeaks(profile)),
    heads: named(topHeads(profile)),
    frames: named(frameRows(controlled.pairs, (await controlled.score()).rows)),
  };
}

/** Accuracy by frame; where the affirmative sentence denies something too, the frame's name says so. */
export function frameRows(
  pairs: readonly Pick<Pair, "id" | "frame" | "scope">[],
  scores: readonly { readonly id: string; readonly d: number }[],
) {
  const right = new Map(scores.map(({ id, d }) => [id, rightness(d)]));
  const frames = Map.groupBy(
    pairs,
    ({ frame, scope }) => scope === "other" ? `${frame}, scope other` : `${frame}`,
  );
  return [...frames].map(([frame, rows]) => ({
    frame,
    n: rows.length,
    accuracy: mean(rows.map(({ id }) => right.get(id)!))!,
  }));
}

/** The rows of several models with a column for each model: a row for what is equal in the named columns. */
export function besideEachOther<Row extends { readonly model: string } & Cells<Row>>(
  rows: readonly Row[],
  keys: readonly (keyof Row & string)[],
  cell: (row: Row) => string | number,
): Record<string, TableCell>[] {
  const together = Map.groupBy(rows, (row) => JSON.stringify(keys.map((key) => row[key])));
  return [...together.values()].map((group) => ({
    ...Object.fromEntries(keys.map((key) => [key, group[0]![key]])),
    ...Object.fromEntries(group.map((row) => [row.model, cell(row)])),
  }));
}

/** Accuracy and segments of each side, and Pearson's r of the subject's size and d. */
export function sideRows({ summary, correlations }: Profile) {
  return NEGATIONS.map((negation) => {
    const { n, accuracy, correct, ambiguous, incorrect, mean_d } = [...summary].find((row) =>
      row.negation === negation
    )!;
    const size_r = [...correlations].find((row) =>
      row.negation === negation && row.feature === "subject_size"
    )?.r;
    return { negation, n, accuracy, correct, ambiguous, incorrect, mean_d, size_r };
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

export function topHeads({ heads }: Profile) {
  return [...Map.groupBy(heads, ({ negation }) => negation).values()].flatMap((side) =>
    side.toSorted((a, b) => b.selectivity! - a.selectivity!).slice(0, TOP_HEADS)
      .map(({ negation, layer, head, selectivity }, i) => {
        return { negation, rank: i + 1, layer, head, selectivity };
      })
  );
}
