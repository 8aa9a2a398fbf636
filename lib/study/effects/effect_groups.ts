/** Mean effects of an ablation by negation side and segment, with intervals over clusters of rows. */

import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import type { Steps } from "../../stats/steps.ts";
import { isRounding } from "./noise.ts";
import { type ShareOfD, SharesOfD } from "./shares_of_d.ts";
import { type Segment, SEGMENTS } from "../rows/score_rows.ts";

/** A row whose d an ablation changes. */
export interface AffectedRow {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** How clearly the model prefers the caption. */
  readonly segment: Segment;
  /** The cluster: intervals resample clusters. */
  readonly cluster: string;
  /** The score difference, of which effects are shares. @default {every share is undefined} */
  readonly d?: number;
}

/** Rows of one side and segment. */
export interface EffectGroup {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** A segment, or all rows of the side. */
  readonly segment: Segment | "all";
  /** Number of rows. */
  readonly n: number;
  /**
   * The mean, with its interval, of an effect in logits on its rows (see {@linkcode meanEffect}), over those that have it; `row` is an
   * index among all rows.
   */
  readonly mean: (valueOf: (row: number) => number | undefined) => Estimate;
  /** The effects whose shares of d are given simultaneous intervals; `add` takes effects as `mean` does. */
  readonly shares: () => {
    readonly add: (valueOf: (row: number) => number | undefined) => ShareOfD;
  };
  /** Makes the draws for the intervals in steps, for many rows; without it the first mean makes them. */
  readonly draw: () => Steps<void>;
  /** Frees the memory of the draws at once; a later mean makes them again. */
  readonly free: () => void;
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
  { seed }: { readonly seed: number },
): EffectGroup[] {
  return NEGATIONS.flatMap((negation) =>
    ([...SEGMENTS, "all"] as const).flatMap((segment): EffectGroup[] => {
      const places = [...rows.keys()].filter((row) =>
        rows[row]!.negation === negation && (segment === "all" || rows[row]!.segment === segment)
      );
      if (places.length === 0) return [];
      const bootstrap = new ClusterBootstrap(places.map((row) => rows[row]!.cluster), { seed });
      return [{
        negation,
        segment,
        n: places.length,
        mean: (valueOf) => meanEffect(bootstrap, places.map(valueOf)),
        shares: () => {
          const shares = new SharesOfD(bootstrap, places.map((row) => rows[row]!.d ?? 0));
          return { add: (valueOf) => shares.add(places.map(valueOf)) };
        },
        draw: () => bootstrap.draw(),
        free: () => bootstrap[Symbol.dispose](),
      }];
    })
  );
}

/**
 * Averages effects on S or d, in logits.
 *
 * @param bootstrap The clusters of the rows.
 * @param effects One effect per row; undefined if it has none.
 * @returns The mean and its interval; 0 and the interval 0 to 0 if no effect is larger than the rounding error of S, whose mean would
 * otherwise look like an effect of the same sign in all rows.
 */
export function meanEffect(
  bootstrap: ClusterBootstrap,
  effects: readonly (number | undefined)[],
): Estimate {
  const isIdle = isRounding(effects);
  return bootstrap.mean(
    isIdle ? effects.map((effect) => effect === undefined ? undefined : 0) : effects,
  );
}
