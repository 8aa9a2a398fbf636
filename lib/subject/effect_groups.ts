/** Mean effects of an ablation by negation side and segment, with intervals over sentence pairs. */

import type { Negation } from "../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../stats/bootstrap.ts";
import { finish, type Steps } from "../stats/steps.ts";
import { type Segment, SEGMENTS } from "./score.ts";

/** A row whose d an ablation changes. */
export interface AffectedRow {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** How clearly the model prefers the caption. */
  readonly segment: Segment;
  /** The sentence pair: intervals resample sentence pairs. */
  readonly cluster: string;
}

/** Rows of one side and segment. */
export interface EffectGroup {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** A segment, or all rows of the side. */
  readonly segment: Segment | "all";
  /** Number of rows. */
  readonly n: number;
  /** The mean, with its interval, of a value of its rows; `row` is an index among all rows. */
  readonly mean: (valueOf: (row: number) => number) => Estimate;
}

/**
 * Groups rows by side, foil-negated first as in the paper, and by segment, with all rows of the side last.
 *
 * @param rows The rows.
 * @param options The seed of the intervals.
 * @returns The groups that have rows.
 */
export function effectGroups(
  rows: readonly AffectedRow[],
  options: { readonly seed: number },
): EffectGroup[] {
  return finish(effectGroupSteps(rows, options));
}

/**
 * Groups rows as {@linkcode effectGroups} does, in steps, for experiments with many rows.
 *
 * @param rows The rows.
 * @param options The seed of the intervals.
 */
export function* effectGroupSteps(
  rows: readonly AffectedRow[],
  { seed }: { readonly seed: number },
): Steps<EffectGroup[]> {
  const groups: EffectGroup[] = [];
  for (const negation of ["foil", "caption"] as const) {
    for (const segment of [...SEGMENTS, "all"] as const) {
      const own = [...rows.keys()].filter((row) =>
        rows[row]!.negation === negation && (segment === "all" || rows[row]!.segment === segment)
      );
      if (own.length === 0) continue;
      const clusters = own.map((row) => rows[row]!.cluster);
      const bootstrap = yield* ClusterBootstrap.steps(clusters, { seed });
      const mean = (valueOf: (row: number) => number) => bootstrap.mean(own.map(valueOf));
      groups.push({ negation, segment, n: own.length, mean });
    }
  }
  return groups;
}
