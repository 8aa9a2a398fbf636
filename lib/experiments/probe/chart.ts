/** The probe's chart: what can be read at the end token by layer, beside what is used of it. */

import { layersNamed } from "../../tables/layer_ranges.ts";
import type { Reads } from "../../tables/schema.ts";
import type { TopLevelSpec } from "vega-lite";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  clustersOf,
  drawn,
  emptyChart,
  estimateText,
  greatest,
  NO_CELL,
  type Panel,
  PANEL_TITLE,
  sidesOf,
  sideTitle,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";
import type { ProbeSummaryRow } from "./tables.ts";

/** The columns of probe_summary.csv that the chart reads. */
export type ProbeChartRow = Reads<
  ProbeSummaryRow,
  "negation" | "segment" | "layer" | "n" | Line["column"] | Bound
>;

type Bound = `${Line["column"]}_low` | `${Line["column"]}_high`;

/** A line of the chart. */
interface Line {
  readonly column: "accuracy" | "control" | "share_direction" | "share_probe" | "share_full";
  readonly name: string;
  readonly color: string;
  readonly shape: string;
  readonly dash: readonly number[];
}

const TITLE = "Negation at the end token: decoded, and used";

const DECODED: readonly Line[] = [
  {
    ...{ column: "accuracy", name: "probe" },
    ...{ color: OKABE_ITO.black, shape: "circle", dash: [] },
  },
  {
    ...{ column: "control", name: "control" },
    ...{ color: OKABE_ITO.orange, shape: "diamond", dash: [4, 2] },
  },
];

const USED: readonly Line[] = [
  {
    ...{ column: "share_full", name: "whole vector" },
    ...{ color: OKABE_ITO.green, shape: "square", dash: [1, 2] },
  },
  {
    ...{ column: "share_direction", name: "mean difference" },
    ...{ color: OKABE_ITO.blue, shape: "circle", dash: [] },
  },
  {
    ...{ column: "share_probe", name: "probe direction" },
    ...{ color: OKABE_ITO.vermillion, shape: "triangle-up", dash: [4, 2] },
  },
];

/** The distance between two lines, in layers: it keeps their intervals from covering each other. */
const APART = 0.16;

function captionOf(options: ChartOptions): string {
  return `Left: held-out accuracy of a logistic probe that tells negated from affirmative sentences by the residual stream at the end token, by layer (0 for the embeddings), beside a control that is fitted to exchanged labels. Right: the share of the score difference d that returns if the affirmative run is given there the negated run's whole vector, its coordinate along the difference of means, or that along the pattern that the probe reads; directions are fitted to other folds. Grey: layers in which the two sentences' vectors are the same but for rounding, so that there is nothing to decode. Bars are 95 % intervals (probe: Wilson, over ${
    clustersOf(options)
  }; control: Student's t over its labellings; shares: ${
    bootstrapText(options)
  }); n rows in each panel.`;
}

/**
 * Draws accuracies and shares of d by layer, over all rows of a side: two panels for each, what can be decoded on the left, what is
 * used on the right.
 *
 * @param rows The rows of probe_summary.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function probeChart(rows: readonly ProbeChartRow[], options: ChartOptions): ChartSpec {
  const sides = sidesOf(rows.filter(({ segment }) => segment === "all"));
  if (sides.length === 0) return emptyChart(TITLE, options);
  const layers = greatest(rows.map(({ layer }) => layer));
  const used = axisRange([0, 1, ...pointsOf(sides.flat(), USED).flatMap(boundsOf)]);
  const spec = {
    ...specHead(describe(sides), { ...options, caption: captionOf(options) }),
    title: { text: TITLE, subtitle: "means with 95 % intervals" },
    columns: 2,
    concat: sides.flatMap((side) => [
      panel(side, DECODED, { layers, name: "accuracy", range: [0, 1.02] }),
      panel(side, USED, { layers, name: "share of d", range: used }),
    ]),
    resolve: { scale: { color: "shared", shape: "shared", strokeDash: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

interface Point {
  readonly line: string;
  readonly layer: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly tip: string;
}

function pointsOf(side: readonly ProbeChartRow[], lines: readonly Line[]): Point[] {
  return lines.flatMap(({ column, name }) =>
    side.flatMap((row): Point[] => {
      const value = row[column];
      if (value === undefined) return [];
      const { low, high } = intervalOf(row, column);
      const tip = `layer ${row.layer}, ${name}: ${tipEstimate(value, { low, high })}, n = ${row.n}`;
      return [{
        ...{ line: name, layer: row.layer, value: drawn(value) },
        ...{ low: drawn(low ?? value), high: drawn(high ?? value), tip },
      }];
    })
  );
}

function intervalOf(row: ProbeChartRow, column: Line["column"]) {
  return { low: row[`${column}_low`], high: row[`${column}_high`] };
}

function boundsOf({ low, high }: Point): number[] {
  return [low, high];
}

function panel(
  side: readonly ProbeChartRow[],
  lines: readonly Line[],
  { layers, name, range }: {
    readonly layers: number;
    readonly name: string;
    readonly range: [number, number];
  },
): Panel {
  const type = "quantitative" as const;
  const line = { field: "line", type: "nominal" as const };
  const all = [...DECODED, ...USED]; // one legend for both kinds of panel
  const domain = all.map(({ name }) => name);
  const color = {
    ...line,
    scale: { domain, range: all.map(({ color }) => color) },
    legend: { title: null, symbolStrokeWidth: 0 },
  };
  const x = {
    field: "place",
    type,
    title: "layer",
    scale: { domain: [-0.5, layers + 0.5], nice: false },
    axis: {
      values: Array.from({ length: layers + 1 }, (_, i) => i),
      format: "d",
      labelSeparation: 3,
    },
  };
  const y = { field: "value", type, title: name, scale: { domain: range, nice: false } };
  const places = lines.map(({ name }, i) =>
    `datum.line === ${JSON.stringify(name)} ? ${drawn((i - (lines.length - 1) / 2) * APART)} : `
  );
  return {
    title: { text: `${sideTitle(side)}: ${name}`, style: PANEL_TITLE },
    data: { values: pointsOf(side, lines) },
    transform: [{ calculate: `datum.layer + (${places.join("")}0)`, as: "place" }],
    layer: [
      ...alikeMarks(side, lines),
      {
        mark: { type: "rule" },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "line", strokeWidth: 1 },
        encoding: {
          x,
          y,
          color,
          strokeDash: {
            ...line,
            scale: { domain, range: all.map(({ dash }) => [...dash]) },
            legend: { title: null },
          },
        },
      },
      {
        mark: { type: "point", filled: true, opacity: 1, size: 20 },
        encoding: {
          x,
          y,
          color,
          shape: {
            ...line,
            scale: { domain, range: all.map(({ shape }) => shape) },
            legend: { title: null },
          },
          ...TIP,
        },
      },
    ],
  };
}

/** A grey band at each layer in which there is nothing to decode. */
function alikeMarks(side: readonly ProbeChartRow[], lines: readonly Line[]) {
  const alike = side.filter(({ accuracy }) => accuracy === undefined);
  if (lines !== DECODED || alike.length === 0) return [];
  const edge = (field: "from" | "to") => ({ field, type: "quantitative" as const });
  return [{
    mark: { type: "rect" as const, color: NO_CELL, opacity: 0.5 },
    data: { values: alike.map(({ layer }) => ({ from: layer - 0.45, to: layer + 0.45 })) },
    encoding: { x: edge("from"), x2: { field: "to" } },
  }];
}

function describe(sides: readonly (readonly ProbeChartRow[])[]): string {
  const seen = sides.map((side) => {
    const last = side.reduce((most, row) => row.layer > most.layer ? row : most);
    const told = [...DECODED, ...USED].flatMap(({ column, name }) => {
      const value = last[column];
      return value === undefined
        ? []
        : [`${name} ${estimateText(value, intervalOf(last, column))}`];
    });
    const alike = side.filter(({ accuracy }) => accuracy === undefined)
      .map(({ layer }) => layer).sort((a, b) => a - b);
    const nothing = alike.length === 0 ? "" : ` Nothing to decode in ${layersNamed(alike)}.`;
    return `${sideTitle(side)}, layer ${last.layer}: ${told.join("; ")}.${nothing}`;
  });
  return [`Lines with 95 % intervals, two panels per side, layers across. ${TITLE}.`, ...seen]
    .join(" ");
}
