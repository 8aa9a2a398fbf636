/** One side of a picture of a circuit as layers of Vega-Lite; the sizes of texts and lines follow the width of the view. */

import { drawn, type Panel, TIP } from "../spec.ts";
import { type DrawnArrow, headsLayer, linesLayer } from "./arrow_layers.ts";
import { type Axes, axesOf, corners, layerOf, type LayerSpec, placed, size } from "./axes.ts";
import { roleLines } from "./columns.ts";
import { BOTTOM, type Layout, type Point, type Rectangle } from "./layout.ts";

/** What a side shows, with its places. */
export interface DrawnSide {
  readonly boxes: readonly (Rectangle & {
    readonly label: string;
    readonly kind: BoxKind;
    readonly tip: string;
  })[];
  readonly marks: readonly (Point & { readonly isHead: boolean; readonly tip: string })[];
  readonly arrows: readonly DrawnArrow[];
  readonly letters: readonly (Point & { readonly label: string })[];
}

type DrawnText = Point & { readonly label: string; readonly tip?: string };

const INK = "#333333";

/** How boxes look: in the circuit, in it but not beyond its controls, outside it but at the end of a path, and the negator and the score. */
const BOXES = {
  inside: { fill: "#e2e2e2", stroke: INK, dash: [] },
  unspecific: { fill: "#ffffff", stroke: INK, dash: [3, 2] },
  outside: { fill: "#ffffff", stroke: "#aaaaaa", dash: [] },
  end: { fill: "#ffffff", stroke: INK, dash: [] },
};

export type BoxKind = keyof typeof BOXES;

/** Draws a side; `most` is the largest absolute share of all paths. */
export function sideView(
  { boxes, marks, arrows, letters }: DrawnSide,
  layout: Layout,
  { most, note }: {
    readonly most: number;
    /** What stands beside the score. */
    readonly note: string | undefined;
  },
): Panel {
  const axes = axesOf(layout);
  const beside = { x: layout.width / 2, y: layout.height - 0.9 };
  const labels = boxes.map(({ x1, x2, y1, y2, label, tip }) => (
    { x: (x1 + x2) / 2, y: (y1 + y2) / 2, label, tip }
  ));
  return {
    width: size(layout.width),
    height: size(layout.height),
    layer: [
      ...headings(layout, axes),
      marksLayer(marks, axes),
      linesLayer(arrows, most, axes),
      headsLayer(arrows, axes),
      ...Object.keys(BOXES).flatMap((kind) =>
        boxesLayers(boxes.filter((box) => box.kind === kind), axes)
      ),
      textLayer(labels, axes),
      textLayer(letters, axes),
      ...(note === undefined ? [] : [textLayer([{ ...beside, label: note }], axes)]),
    ],
  } as unknown as Panel;
}

/** The grey and white of layers, their numbers, and the names of roles. */
function headings({ layers, columns, width, height }: Layout, axes: Axes): LayerSpec[] {
  const numbers = layers.map(({ y1, y2 }, i) => (
    { x: 0.75, y: (y1 + y2) / 2, label: `${i + 1}` }
  ));
  const roles = columns.map(({ role, x1, x2 }) => (
    { x: (x1 + x2) / 2, y: BOTTOM - 0.5, label: roleLines(role).join("\n") }
  ));
  const grey = layers.filter((_, i) => i % 2 === 0);
  return [
    {
      data: { values: grey.map(({ y1, y2 }) => corners({ x1: 0, x2: width, y1, y2 })) },
      mark: { type: "rect", color: "#f4f4f4", aria: false },
      encoding: axes.corners,
    },
    textLayer(numbers, axes),
    textLayer(roles, axes, { baseline: "top" }),
    textLayer([{ x: 0, y: height - 0.9, label: "layer" }], axes, { align: "left" }),
  ];
}

function textLayer(texts: readonly DrawnText[], axes: Axes, more: object = {}): LayerSpec {
  const values = texts.map(({ x, y, ...text }) => ({ ...placed({ x, y }), ...text }));
  const style = { fontSize: size(1), lineBreak: "\n", lineHeight: size(1.15), aria: false };
  const label = { text: { field: "label", type: "nominal" }, tooltip: TIP.tooltip };
  return layerOf(values, { type: "text", ...style, ...more }, { ...axes.point, ...label });
}

function marksLayer(marks: DrawnSide["marks"], axes: Axes): LayerSpec {
  const values = marks.map(({ x, y, isHead, tip }) => (
    { ...placed({ x, y }), kind: isHead ? "head" : "MLP", tip }
  ));
  const style = { filled: true, color: "#bdbdbd", opacity: 1, size: drawn(size(0.3) ** 2) };
  return layerOf(values, { type: "point", ...style }, {
    ...axes.point,
    ...TIP,
    shape: {
      field: "kind",
      type: "nominal",
      legend: null,
      scale: { domain: ["head", "MLP"], range: ["circle", "square"] },
    },
  });
}

/** The boxes of a kind; no layer if there are none. */
function boxesLayers(boxes: DrawnSide["boxes"], axes: Axes): LayerSpec[] {
  if (boxes.length === 0) return [];
  const { fill, stroke, dash } = BOXES[boxes[0]!.kind];
  const outline = { stroke, strokeWidth: size(0.09), strokeDash: dash };
  return [
    layerOf(
      boxes.map((box) => ({ ...corners(box), tip: box.tip })),
      { type: "rect", fill, ...outline, opacity: 1, cornerRadius: size(0.25) },
      { ...axes.corners, ...TIP },
    ),
  ];
}
