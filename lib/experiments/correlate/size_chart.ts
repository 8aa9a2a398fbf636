/** Accuracy by subject size: does the model handle negation better if the subject is large? */

import { lines } from "../../charts/lines.ts";
import { type ChartOptions, type ChartSpec, clustersOf, estimateText } from "../../charts/spec.ts";
import type { SizeAccuracyRow } from "./correlate.ts";

/** The accuracy of random guessing. */
const CHANCE = 0.5;

/**
 * Draws the accuracy on the foil-negated rows whose subject is larger than each of some thresholds (paper, section 6), with its
 * interval and the number of rows. A dashed line shows the accuracy of random guessing.
 *
 * @param rows The rows of size_accuracy.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function sizeAccuracy(rows: readonly SizeAccuracyRow[], options: ChartOptions): ChartSpec {
  return lines(rows.filter(({ accuracy }) => accuracy !== undefined), {
    ...options,
    title: "Accuracy by subject size",
    subtitle: "foil-negated rows, how many above each 95 % interval; dashed: guessing",
    caption:
      `Accuracy (share of rows with d > 0) on the foil-negated rows whose subject covers more than a share of the image, with Wilson's 95 % intervals on the effective number of rows (clusters: ${
        clustersOf(options)
      }) and the number of rows above them. The dashed line shows the accuracy of random guessing.`,
    x: "threshold",
    y: "accuracy",
    low: "low",
    high: "high",
    xTitle: "subject larger than (share of image)",
    yTitle: "accuracy (d > 0)",
    xAxis: "numbers",
    levels: [CHANCE],
    isJoined: false,
    label: ({ n }) => `${n}`,
    tip: ({ threshold }) => `subject larger than ${threshold}: accuracy`,
    form: "Points with 95 % intervals, foil-negated rows.",
    told: (rows) =>
      rows.map(({ threshold, n, accuracy, low, high }) =>
        `${estimateText(accuracy!, { low, high })} above ${threshold} (n = ${n})`
      ).join(", "),
  });
}
