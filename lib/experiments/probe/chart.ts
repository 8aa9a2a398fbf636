/** The probe's chart: what can be read at the end token by layer, beside what is used of it. */

import { lines, type SeriesStyle } from "../../charts/lines.ts";
import {
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  clustersOf,
  OKABE_ITO,
} from "../../charts/spec.ts";
import { axisRange, estimateText, sidesOf, sideTitle } from "../../charts/texts.ts";
import { layersNamed } from "../../tables/nodes.ts";
import { isOfFrame, type ProbeSummaryRow } from "./tables.ts";

const DECODED = "accuracy";
const USED = "share of d";

const LINES = [
  { panel: DECODED, name: "probe", column: "accuracy" },
  { panel: DECODED, name: "control", column: "control" },
  { panel: USED, name: "whole vector", column: "share_full" },
  { panel: USED, name: "mean difference", column: "share_direction" },
  { panel: USED, name: "probe direction", column: "share_probe" },
] as const;

const STYLES: Readonly<Record<typeof LINES[number]["name"], SeriesStyle>> = {
  "probe": { color: OKABE_ITO.black, shape: "circle", dash: [] },
  "control": { color: OKABE_ITO.orange, shape: "diamond", dash: [4, 2] },
  "whole vector": { color: OKABE_ITO.green, shape: "square", dash: [1, 2] },
  "mean difference": { color: OKABE_ITO.blue, shape: "circle", dash: [] },
  "probe direction": { color: OKABE_ITO.vermillion, shape: "triangle-up", dash: [4, 2] },
};

type LinePoint = ReturnType<typeof pointsOf>[number];

function pointsOf(rows: readonly ProbeSummaryRow[]) {
  return LINES.flatMap(({ panel, name, column }) =>
    rows.map((row) => ({
      negation: row.negation,
      panel,
      line: name,
      layer: row.layer,
      n: row.n,
      value: row[column],
      low: row[`${column}_low`],
      high: row[`${column}_high`],
    }))
  );
}

/**
 * Draws accuracies and shares of d by layer, over all rows of a side: two panels for each, what can be decoded on the left, what is used on
 * the right.
 */
export function probeChart(rows: readonly ProbeSummaryRow[], options: ChartOptions): ChartSpec {
  const points = pointsOf(rows.filter((row) => row.segment === "all" && !isOfFrame(row)));
  const isDecodedEverywhere = points.every(({ line, value }) =>
    line !== "probe" || value !== undefined
  );
  const used = points.flatMap(({ panel, value, low, high }) =>
    panel === USED && value !== undefined ? [low ?? value, high ?? value] : []
  );
  return lines(points, {
    ...options,
    title: "Negated sentences at the end token: told apart, and the difference used",
    subtitle: "means with 95 % intervals",
    caption:
      `Left: held-out accuracy of a logistic probe that tells negated from affirmative sentences by the residual stream at the end token, by layer (0 for the embeddings), beside a control that is fitted to exchanged labels. Right: the share of the score difference d that returns if the affirmative run is given there the negated run's whole vector, its coordinate along the difference of means, or that along the pattern that the probe reads; directions are fitted to other folds. ${
        isDecodedEverywhere
          ? ""
          : "Grey: layers in which the two sentences' vectors are the same but for rounding, so that there is nothing to decode. "
      }Bars are 95 % intervals (probe: Wilson, over ${
        clustersOf(options)
      }; control: Student's t over its labellings; shares: ${
        bootstrapText(options)
      }); n rows in each panel.`,
    columns: 2,
    panels: (points) =>
      sidesOf(points).flatMap((side) =>
        [DECODED, USED].map((title) => ({
          title: `${sideTitle(side)}: ${title}`,
          rows: side.filter(({ panel }) => panel === title),
        }))
      ),
    x: "layer",
    y: "value",
    low: "low",
    high: "high",
    series: "line",
    styles: STYLES,
    yTitle: (points) => points[0]!.panel,
    yRange: (points) => points[0]!.panel === DECODED ? [0, 1.02] : axisRange([0, 1, ...used]),
    levels: [],
    grey: emptyLayers,
    tip: ({ layer, line }) => `layer ${layer}, ${line}:`,
    form: "Lines with 95 % intervals, two panels per side, layers across.",
    told: lastLayerText,
  });
}

/** The layers without a probe, since there is nothing to decode. */
function emptyLayers(points: readonly LinePoint[]): number[] {
  return points.filter(({ line, value }) => line === "probe" && value === undefined)
    .map(({ layer }) => layer).sort((a, b) => a - b);
}

function lastLayerText(points: readonly LinePoint[]): string {
  const last = Math.max(...points.map(({ layer }) => layer));
  const values = points.flatMap(({ layer, line, value, low, high }) =>
    layer === last && value !== undefined ? [`${line} ${estimateText(value, { low, high })}`] : []
  );
  const empty = emptyLayers(points);
  const nothing = empty.length === 0 ? "" : `. Nothing to decode in ${layersNamed(empty)}`;
  return `in layer ${last} ${values.join("; ")}${nothing}`;
}
