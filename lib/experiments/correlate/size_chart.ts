/** Accuracy by subject size: does the model handle negation better if the subject is large? */

import type { Reads } from "../../tables/schema.ts";
import type { SizeAccuracyRow } from "./correlate.ts";
import type { TopLevelSpec } from "vega-lite";
import {
  axisRange,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  greatest,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";

/** The columns of size_accuracy.csv. */
export type SizeAccuracyChartRow = Reads<
  SizeAccuracyRow,
  | "threshold"
  | "n"
  | "accuracy"
  | "low"
  | "high"
>;

type DrawnRow = SizeAccuracyChartRow & { readonly accuracy: number };

const TITLE = "Accuracy by subject size";

const CAPTION =
  "Accuracy (share of rows with d > 0) on the foil-negated rows whose subject covers more than a share of the image, with 95 % intervals (Wilson, for rows in clusters) and the number of rows above them. The dashed line shows the accuracy of random guessing.";

/** The accuracy of random guessing. */
const CHANCE = 0.5;

/** Space above the highest interval for the label with its number of rows, in units of accuracy. */
const LABEL_ROOM = 0.04;

/**
 * Draws the accuracy on the foil-negated rows whose subject is larger than each of some thresholds (paper, section 6), with its
 * interval and the number of rows. A dashed line shows the accuracy of random guessing.
 *
 * @param rows The rows of size_accuracy.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function sizeAccuracy(
  rows: readonly SizeAccuracyChartRow[],
  options: ChartOptions,
): ChartSpec {
  const points = rows.filter((row): row is DrawnRow => row.accuracy !== undefined);
  if (points.length === 0) return emptyChart(TITLE, options);
  const bounds = points.flatMap((
    { accuracy, low, high },
  ) => [accuracy, low ?? accuracy, high ?? accuracy]);
  const type = "quantitative" as const;
  const x = {
    field: "threshold",
    type,
    title: "subject larger than (share of image)",
    scale: { domain: axisRange(points.map((row) => row.threshold)), nice: false, padding: 20 },
    axis: { values: points.map((row) => row.threshold), format: "~g" },
  };
  const y = {
    field: "accuracy",
    type,
    title: "accuracy (d > 0)",
    scale: {
      domain: axisRange([CHANCE, ...bounds, greatest(bounds) + LABEL_ROOM]),
      nice: false,
    },
  };
  const spec = {
    ...specHead(describe(points), { ...options, caption: CAPTION }),
    title: {
      text: TITLE,
      subtitle: "foil-negated rows, how many above each 95 % interval; dashed: guessing",
    },
    data: { values: points.map(drawnPoint) },
    layer: [
      {
        data: { values: [{ chance: CHANCE }] },
        mark: { type: "rule", strokeDash: [4, 3] },
        encoding: { y: { ...y, field: "chance" } },
      },
      {
        mark: { type: "rule", color: OKABE_ITO.blue },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        mark: { type: "circle", color: OKABE_ITO.blue, size: 50, opacity: 1 },
        encoding: { x, y, ...TIP },
      },
      {
        mark: { type: "text", dy: -8 },
        encoding: { x, y: { ...y, field: "high" }, text: { field: "label", type: "nominal" } },
      },
    ],
  } satisfies TopLevelSpec;
  return spec;
}

function drawnPoint({ threshold, n, accuracy, low, high }: DrawnRow) {
  return {
    threshold,
    n,
    accuracy: drawn(accuracy),
    label: `${n}`,
    low: drawn(low ?? accuracy),
    high: drawn(high ?? accuracy),
    tip: `subject larger than ${threshold}: accuracy ${
      tipEstimate(accuracy, { low, high })
    }, n = ${n}`,
  };
}

function describe(points: readonly DrawnRow[]): string {
  const seen = points.map(({ threshold, n, accuracy, low, high }) =>
    `${estimateText(accuracy, { low, high })} above ${threshold} (n = ${n})`
  );
  return `Points with 95 % intervals. ${TITLE}, foil-negated rows: ${seen.join(", ")}.`;
}
