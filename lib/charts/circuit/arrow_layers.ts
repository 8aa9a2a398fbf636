/** The arrows of a circuit's picture as layers of Vega-Lite: lines with their legends, and heads. */

import { drawn, TIP } from "../spec.ts";
import { type Axes, layerOf, type LayerSpec, placed, size } from "./axes.ts";
import type { Point } from "./layout.ts";
import { headSize } from "./routes.ts";

export interface DrawnArrow {
  readonly way: readonly Point[];
  readonly end: Point;
  readonly share: number;
  readonly width: number;
  readonly tip: string;
}

/** The colours of shares: those of the kit's maps, of which one is much darker than the other. */
const SIGNS = { "above 0": "#994a07", "below 0": "#5da2cb" };

/** The width of the widest line, in ems. */
export const WIDEST = 0.42;

const SIGN = {
  field: "sign",
  type: "nominal",
  title: "share of d",
  scale: { domain: Object.keys(SIGNS), range: Object.values(SIGNS) },
};

/** The lines of arrows up to their heads, with the legends; `most` is the largest absolute share of all paths. */
export function linesLayer(arrows: readonly DrawnArrow[], most: number, axes: Axes): LayerSpec {
  const shown = widthsShown(most);
  const widest = size(WIDEST * shown.at(-1)! / most);
  const points = arrows.flatMap(({ way, share, width, tip }, path) =>
    way.map((point, step) => ({
      path,
      step,
      ...placed(point),
      sign: signOf(share),
      size: drawn(most * width / WIDEST),
      ...(step === 0 && { tip }),
    }))
  );
  const aria = false; // the head has the label
  const line = { type: "line", orient: "horizontal", strokeJoin: "round", strokeCap: "butt", aria };
  return layerOf(points, line, {
    ...axes.point,
    color: { ...SIGN, legend: { symbolType: "stroke", symbolStrokeWidth: widest } },
    tooltip: TIP.tooltip,
    detail: { field: "path", type: "nominal" },
    order: { field: "step", type: "quantitative" },
    strokeWidth: {
      field: "size",
      type: "quantitative",
      title: "width",
      scale: { domain: [0, drawn(most)], range: [0, size(WIDEST)] },
      legend: { values: shown, format: ".2~g", symbolType: "stroke" },
    },
  });
}

export function headsLayer(arrows: readonly DrawnArrow[], axes: Axes): LayerSpec {
  const heads = arrows.map(({ end: { x, y }, share, width, tip }) => {
    const head = headSize({ width });
    return { ...placed({ x, y: y - head / 2 }), sign: signOf(share), head: drawn(head), tip };
  });
  const triangle = { type: "point", filled: true, opacity: 1, shape: "M-1,1L1,1L0,-1Z" };
  return layerOf(heads, triangle, {
    ...axes.point,
    ...TIP,
    color: SIGN,
    size: { // an area
      field: "head",
      type: "quantitative",
      legend: null,
      scale: { type: "pow", exponent: 2, domain: [0, 1], range: [0, drawn(size(1) ** 2)] },
    },
  });
}

function signOf(share: number): keyof typeof SIGNS {
  return share < 0 ? "below 0" : "above 0";
}

/** The shares whose widths the legend shows: the largest round one, and half of it. */
function widthsShown(most: number): number[] {
  const digit = 10 ** Math.floor(Math.log10(most));
  const round = [5, 2, 1].map((n) => n * digit).find((value) => value <= most * 1.0001)!;
  return [drawn(round / 2), drawn(round)];
}
