/** The waterfall of direct attribution: from the affirmative to the negated score. */

import type { TopLevelSpec } from "vega-lite";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  greatest,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  sidesOf,
  sideTitle,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";
import { signOf } from "../../study/effects/sign.ts";
import type { Reads } from "../../tables/schema.ts";
import type { WaterfallRow } from "./waterfall.ts";

/** The columns of attribution_waterfall.csv. */
export type WaterfallChartRow = Reads<WaterfallRow, keyof WaterfallRow>;

type DrawnRow = WaterfallChartRow & { readonly mean_effect: number };

const TITLE = "From the affirmative to the negated score, part by part";

function captionOf(options: ChartOptions): string {
  return `Mean score S of the affirmative sentence (dashed line), changed by what the heads and the MLP of each layer write directly to the end token in the negated sentence in place of the affirmative one, up to the mean S of the negated sentence (dotted line). The last bar is the change of the norms. A logit has the same height in all panels. Thin lines are 95 % intervals of the change (${
    bootstrapText(options)
  }); n rows in each panel.`;
}

/** The colour of each kind of part, and where its bar stands beside the layer's number. */
const PARTS = {
  heads: { name: "heads", color: OKABE_ITO.blue, at: -0.2 },
  mlp: { name: "MLP", color: OKABE_ITO.vermillion, at: 0.2 },
  norm: { name: "norm", color: "#767676", at: 0 },
} as const;

/** Half the width of a bar, in layers. */
const HALF = 0.17;

/** How many parts the alt text names for each side. */
const NAMED = 3;

const type = "quantitative" as const;

interface Axes {
  readonly layers: number;
  readonly scores: [number, number];
}

/**
 * Draws the way from the mean S of the affirmative sentence to that of the negated one: one panel per negated side, layers across, a bar
 * for all heads of a layer together and one for its MLP, the norm last, each with the interval of its change. The panels' axes differ in their
 * beginning, not in their scale.
 *
 * @param rows The rows of attribution_waterfall.csv; those over all segments are drawn.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function waterfallChart(
  rows: readonly WaterfallChartRow[],
  options: ChartOptions,
): ChartSpec {
  const bars = rows.filter((row): row is DrawnRow =>
    row.segment === "all" && row.mean_effect !== undefined
  );
  if (bars.length === 0) return emptyChart(TITLE, options);
  const sides = sidesOf(bars);
  const layers = greatest(bars.map(({ layer }) => layer ?? 0));
  const ranges = sides.map((side) =>
    axisRange(side.flatMap((row) => {
      const { s_before, s_after, from, to } = boundsOf(row);
      return [s_before, s_after, from, to];
    }))
  );
  const span = greatest(ranges.map(([from, to]) => to - from));
  const spec = {
    ...specHead(describe(sides), { ...options, caption: captionOf(options) }),
    title: {
      text: TITLE,
      subtitle:
        "what each writes directly to the end token; dashed: S affirmative, dotted: S negated",
    },
    concat: sides.map((side, i) => panel(side, { layers, scores: around(ranges[i]!, span) })),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

/** A range widened to a span, so that all panels have the same units a logit. */
function around([from, to]: readonly [number, number], span: number): [number, number] {
  return [drawn((from + to - span) / 2), drawn((from + to + span) / 2)];
}

function panel(side: readonly DrawnRow[], { layers, scores }: Axes): Panel {
  const scale = { domain: [0.5, layers + 1.5], nice: false };
  const places = Array.from({ length: layers + 1 }, (_, i) => i + 1);
  const x = {
    ...{ field: "left", type, scale, title: "layer" },
    axis: {
      ...{ values: places, labelSeparation: 3, labelOverlap: true },
      labelExpr: `datum.value > ${layers} ? 'norm' : format(datum.value, 'd')`,
    },
  };
  const y = { type, title: "mean S", scale: { domain: scores, nice: false, zero: false } };
  const parts = Object.values(PARTS);
  const color = {
    ...{ field: "part", type: "nominal" as const, title: "part" },
    scale: { domain: parts.map(({ name }) => name), range: parts.map(({ color }) => color) },
  };
  const level = (score: number, strokeDash: number[]) => ({
    data: { values: [{ score: drawn(score) }] },
    mark: { type: "rule" as const, strokeDash },
    encoding: { y: { ...y, field: "score" } },
  });
  return {
    title: { text: sideTitle(side), style: PANEL_TITLE },
    data: { values: side.map((row) => drawnBar(row, layers)) },
    layer: [
      level(side[0]!.s_before, [4, 3]),
      level(side.at(-1)!.s_after, [1, 2]),
      {
        mark: { type: "rect", opacity: 0.8 },
        encoding: {
          ...{ x, x2: { field: "right" }, y: { ...y, field: "s_before" } },
          ...{ y2: { field: "s_after" }, color, ...TIP },
        },
      },
      {
        mark: { type: "rule", strokeWidth: 1 }, // shows a part whose change is near 0
        encoding: { x, x2: { field: "right" }, y: { ...y, field: "s_after" }, color },
      },
      {
        mark: { type: "rule", strokeWidth: 1 },
        encoding: {
          ...{ x: { ...x, field: "place" }, y: { ...y, field: "from" }, y2: { field: "to" } },
        },
      },
    ],
  };
}

/** A bar's ends in S, and the ends of its interval. */
function boundsOf(row: DrawnRow) {
  const { negation, mean_effect, s_before, s_after } = row;
  const sign = signOf(negation);
  const [from, to] = [row.low ?? mean_effect, row.high ?? mean_effect]
    .map((effect) => drawn(s_before + sign * effect));
  return { s_before: drawn(s_before), s_after: drawn(s_after), from: from!, to: to! };
}

function drawnBar(row: DrawnRow, layers: number) {
  const { name, at } = partOf(row);
  const place = (row.layer ?? layers + 1) + at;
  const { mean_effect, n } = row;
  return {
    ...{ part: name, place: drawn(place), left: drawn(place - HALF), right: drawn(place + HALF) },
    ...boundsOf(row),
    tip: `${nameOf(row)}: effect on d ${tipEstimate(mean_effect, row)}, n = ${n}`,
  };
}

function partOf({ part }: DrawnRow) {
  return part === "heads" || part === "mlp" ? PARTS[part] : PARTS.norm;
}

function nameOf(row: DrawnRow): string {
  const { name } = partOf(row);
  return row.layer === undefined ? name : `${name} of layer ${row.layer}`;
}

function describe(sides: readonly (readonly DrawnRow[])[]): string {
  const seen = sides.map((side) => {
    const largest = side.toSorted((a, b) => Math.abs(b.mean_effect) - Math.abs(a.mean_effect))
      .slice(0, NAMED).map((row) => `${nameOf(row)} (${estimateText(row.mean_effect, row)})`);
    const [first, last] = [side[0]!.s_before, side.at(-1)!.s_after].map(shortNumber);
    return `${sideTitle(side)}: from ${first} to ${last}; largest effects on d of ${
      largest.join(", ")
    }.`;
  });
  return [`Waterfall charts, layers across, mean S upwards. ${TITLE}.`, ...seen].join(" ");
}
