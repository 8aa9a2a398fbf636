/** The fitted lines of d on each feature, with their bands, for the scatter plots. */

import type { Negation } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { lineBand } from "../../stats/line_band.ts";
import { columnsOf, type Feature, type FeaturedRows, FEATURES } from "./features.ts";

/** A place on a fitted line. */
export interface FeatureBandRow {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The feature. */
  readonly feature: Feature;
  /** A value of the feature. */
  readonly x: number;
  /** The line's d there. */
  readonly y: number;
  /** Lower bound of the 95 % interval. */
  readonly low: number;
  /** Upper bound of the 95 % interval. */
  readonly high: number;
}

/** Places at which a line is read. */
const PLACES = 25;

/**
 * Fits d on every feature of each side by least squares.
 *
 * @param rows Rows with their sentence pairs.
 * @param options The seed of the bands, which resample sentence pairs.
 * @returns Evenly spaced places from the feature's least to its largest value; none where a line cannot be fitted.
 */
export function featureBands(
  rows: FeaturedRows,
  { seed }: { readonly seed: number },
): FeatureBandRow[] {
  return (["foil", "caption"] as const).flatMap((negation) =>
    FEATURES.flatMap((feature) => {
      const { x, y, clusters } = columnsOf(rows, { negation, feature });
      if (x.length === 0) return [];
      const [least, largest] = [Math.min(...x), Math.max(...x)];
      const at = Array.from({ length: PLACES }, (_, i) =>
        least + (largest - least) * i / (PLACES - 1));
      const line = lineBand(new ClusterBootstrap(clusters, { seed }), { x, y, at });
      return line.flatMap(({ estimate, low, high }, i): FeatureBandRow[] =>
        estimate === undefined || low === undefined || high === undefined
          ? []
          : [{ negation, feature, x: at[i]!, y: estimate, low, high }]
      );
    })
  );
}
