/** The fitted lines of d on each feature, with their bands, for the scatter plots. */

import type { Negation } from "../../data/pairs.ts";
import type { Row, Table } from "../../tables/table.ts";
import { high, low, NEGATION } from "../../study/columns.ts";
import { fillTable, key, number, table, text } from "../../tables/schema.ts";
import { ClusterBootstrap } from "../../stats/intervals/bootstrap.ts";
import { lineBand } from "../../stats/intervals/line_band.ts";
import type { Steps } from "../../stats/steps.ts";
import { allColumns, type Feature, type FeaturedRows, isWithinRounding } from "./features.ts";

export const FEATURE_BANDS = table(
  "feature_bands",
  "The lines of the scatter plots: d fitted on each feature of a side by least squares, at evenly spaced points.",
  {
    negation: NEGATION,
    feature: key(text<Feature>("A column of features.csv.")),
    x: key(number("as the feature", "A value of the feature.")),
    y: number("logit", "The line's d at x."),
    low: low("logit"),
    high: high("logit"),
  },
);

/** A point on a fitted line. */
export type FeatureBandRow = Row<
  { negation: Negation; feature: Feature },
  "x" | "y",
  "low" | "high"
>;

const PLACES = 25;

/**
 * Fits d on every feature of each side by least squares. Returns evenly spaced points from the feature's smallest to its largest value;
 * none if no line can be fitted, or one of the two is constant within rounding.
 */
export function* bandSteps(
  rows: FeaturedRows,
  { seed }: { readonly seed: number },
): Steps<Table<FeatureBandRow>> {
  const bands: FeatureBandRow[] = [];
  for (const columns of allColumns(rows)) {
    if (isWithinRounding(columns)) continue;
    const { negation, feature, x, y, clusters } = columns;
    const least = x.reduce((a, b) => Math.min(a, b));
    const range = x.reduce((a, b) => Math.max(a, b)) - least;
    const at = Array.from({ length: PLACES }, (_, i) => least + range * i / (PLACES - 1));
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    yield* bootstrap.draw();
    for (const [i, { estimate, low, high }] of lineBand(bootstrap, { x, y, at }).entries()) {
      if (estimate === undefined) continue;
      bands.push({ negation, feature, x: at[i]!, y: estimate, low, high });
    }
  }
  return fillTable(FEATURE_BANDS, bands);
}
