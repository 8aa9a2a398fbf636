/** The charts of many models: their measures beside each other, and their curves by relative depth. */

import { bars } from "../../charts/bars.ts";
import { lines as lineChart, SERIES_STYLES } from "../../charts/lines.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import type { Curve, ModelLine } from "./model_line.ts";
import type { LayerPoint } from "./contrast_models.ts";

/** What the panels show, and what a line at a value is. */
const PANELS: readonly {
  readonly name: string;
  readonly title: string;
  readonly isCount?: boolean;
  readonly at?: number;
}[] = [
  { name: "accuracy", title: "accuracy", at: 0.5 },
  { name: "eot_depth", title: "EOT's peak (depth)" },
  { name: "heads_beyond_control", title: "heads beyond control", isCount: true },
  { name: "circuit_nodes", title: "nodes of the circuit", isCount: true },
  { name: "cpr", title: "CPR" },
  { name: "cmd", title: "CMD" },
];

export function modelsChart(
  lines: readonly ModelLine[],
  { nameOf, ...options }: ChartOptions & { readonly nameOf: (line: ModelLine) => string },
): ChartSpec {
  const rows = lines.flatMap((line) =>
    PANELS.flatMap((panel) => {
      const { value, low, high } = measureOf(line, panel.name);
      return typeof value === "number" ? [{ panel, model: nameOf(line), value, low, high }] : [];
    })
  );
  return bars(rows, {
    ...options,
    title: "Models beside each other",
    columns: 2,
    panels: (rows) =>
      PANELS.map((panel) => ({
        title: panel.title,
        rows: rows.filter((row) => row.panel === panel),
      }))
        .filter(({ rows }) => rows.length > 0),
    at: "model",
    value: { field: "value", low: "low", high: "high", title: ([row]) => row!.panel.title },
    valueRange: (rows) => {
      const most = Math.max(...rows.map(({ value, high }) => high ?? value));
      return [0, Math.max(rows[0]?.panel.isCount === true ? 4 : 1, most)];
    },
    valueLines: ([row]) => row?.panel.at === undefined ? [] : [row.panel.at],
  });
}

function measureOf(line: ModelLine, name: string) {
  if (name !== "eot_depth") return line.measures[name]!;
  const { value, low, high } = line.measures["eot_layer"]!;
  const blocks = (line.curves?.shares.eot.length ?? 1) - 1;
  const depth = (layer: number | undefined) => layer === undefined ? undefined : layer / blocks;
  return { value: depth(value as number | undefined), low: depth(low), high: depth(high) };
}

const CURVE_TITLES: Readonly<Record<Curve, string>> = {
  negator: "negator",
  between: "subject to full stop",
  eot: "EOT",
};

/** Draws the curves: a panel for each with a line for each model or, of more models than there are styles, a panel for each model. */
export function layersChart(
  points: readonly LayerPoint[],
  { nameOf, ...options }: ChartOptions & { readonly nameOf: (point: LayerPoint) => string },
): ChartSpec {
  const rows = points.map((point) => (
    { ...point, name: nameOf(point), held: CURVE_TITLES[point.curve] }
  ));
  const isByCurve = new Set(rows.map(({ name }) => name)).size <= SERIES_STYLES.length;
  return lineChart(rows, {
    ...options,
    title: "Where negation is, by relative depth",
    about: "Share of d that a token holds at each depth: 0 the embeddings, 1 the last block",
    columns: 3,
    panels: isByCurve ? "held" : "name",
    series: isByCurve ? "name" : "held",
    x: "depth",
    y: { field: "value", low: "low", high: "high", title: "share of d" },
    name: ({ name, held, layer }) => `${name}, layer ${layer}, ${held}`,
  });
}
