/** Mean effects of what every row of the data has alike, such as an effect for each head or each part of a block. */

import type { Estimate } from "../stats/bootstrap.ts";
import type { Steps } from "../stats/steps.ts";
import { type EffectGroup, effectGroups } from "./effect_groups.ts";
import { type ClusterBy, clusterOf } from "./clusters.ts";
import type { EvaluateRow } from "./score_rows.ts";

/** The lines of a table that one row of the data has; they may be made on request. */
export interface RowLines<Line> {
  /** The row's scores. */
  readonly scores: EvaluateRow;
  /** How many there are, as many as every row has. */
  readonly count: number;
  /** A line, by its place. */
  readonly line: (place: number) => Line;
}

/** The mean effect of the lines at one place, over the rows of a side and segment. */
export interface MeanEffect<Line> extends Pick<EffectGroup, "negation" | "segment" | "n"> {
  /** The line of the first row at this place. */
  readonly line: Line;
  /** The mean with its interval, which resamples clusters. */
  readonly mean: Estimate;
}

/** How effects are averaged. */
export interface MeanEffectOptions<Line> {
  /** The effect of a line, in logits. */
  readonly effectOf: (line: Line) => number;
  /** The seed for the intervals. */
  readonly seed: number;
  /** Which rows the intervals keep together. @default {"pair"} */
  readonly cluster?: ClusterBy | undefined;
}

/**
 * Averages the effects at every place over sides and segments, in steps.
 *
 * @param rows The rows.
 * @param options The effect of a line, the seed for the intervals, and their clusters.
 * @returns The means in the order side, segment, place.
 */
export function* meanEffects<Line>(
  rows: readonly RowLines<Line>[],
  { effectOf, seed, cluster }: MeanEffectOptions<Line>,
): Steps<MeanEffect<Line>[]> {
  const places = rows.length === 0 ? [] : [...linesOf(rows[0]!)];
  const affected = rows.map(({ scores }) => ({ ...scores, cluster: clusterOf(scores, cluster) }));
  const means: MeanEffect<Line>[] = [];
  for (const { negation, segment, n, mean, draw, free } of effectGroups(affected, { seed })) {
    yield* draw();
    for (const [i, line] of places.entries()) {
      yield;
      means.push({ negation, segment, n, line, mean: mean((row) => effectOf(rows[row]!.line(i))) });
    }
    free();
  }
  return means;
}

/** All lines of a row, in order. */
export function* linesOf<Line>({ count, line }: RowLines<Line>): Generator<Line> {
  for (let place = 0; place < count; place++) yield line(place);
}
