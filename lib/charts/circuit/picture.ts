/** A circuit as publications draw it: layers upwards, token roles across, boxes for heads and MLPs, arrows for the paths between them. */

import type { Role } from "../../data/align.ts";
import {
  type DrawnSide,
  endsOf,
  nameOfPart,
  nameOfPath,
  pathsInOrder,
  type PictureSide,
  placeCircuit,
  WIDEST,
} from "./sides.ts";
import { BOTTOM, type Layout, type Point, type Rectangle, roleLines } from "./layout.ts";
import { headSize } from "./routes.ts";
import { panelChart } from "../panels.ts";
import { type ChartOptions, type ChartSpec, type Panel, SCREEN, TIP, TO_SCALE } from "../spec.ts";
import { drawn, estimateText, roleLabel } from "../texts.ts";

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

function sideView(
  { boxes, marks, arrows, letters, pairs }: DrawnSide,
  layout: Layout,
  { note, ...shares }: Shares & { readonly note: string | undefined },
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
      linesLayer(arrows, shares, axes),
      headsLayer(arrows, axes),
      ...pairs.length > 0 ? [pairsLayer(pairs, axes)] : [],
      ...Object.keys(BOXES).flatMap((kind) =>
        boxesLayers(boxes.filter((box) => box.kind === kind), axes)
      ),
      textLayer(labels, axes),
      textLayer([...letters, ...pairs.map(({ way: _, ...sign }) => sign)], axes),
      ...(note === undefined ? [] : [textLayer([{ ...beside, label: note }], axes)]),
    ],
  };
}

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

function pairsLayer(pairs: DrawnSide["pairs"], axes: Axes): LayerSpec {
  const points = pairs.flatMap(({ way, tip }, pair) =>
    way.map((point, step) => ({ pair, step, ...placed(point), tip }))
  );
  const style = { type: "line", color: INK, strokeWidth: size(0.13), strokeDash: [1.5, 2.5] };
  return layerOf(points, { ...style, orient: "horizontal", aria: false }, {
    ...{ ...axes.point, tooltip: TIP.tooltip },
    detail: { field: "pair", type: "nominal" },
    order: { field: "step", type: "quantitative" },
  });
}

type DrawnArrow = DrawnSide["arrows"][number];

/** How lines show the signs of shares: in the colours of the kit's maps, and dashed below 0, which print in grey keeps. */
const SIGNS = {
  "above 0": { color: "#994a07", dash: [] },
  "below 0": { color: "#2f7fb5", dash: [5, 2.5] },
};

const signChannel = (by: "color" | "dash", legend?: object | null) => ({
  field: "sign",
  type: "nominal",
  title: "share",
  scale: { domain: Object.keys(SIGNS), range: Object.values(SIGNS).map((sign) => sign[by]) },
  ...legend !== undefined && { legend },
});

/** Of the paths of all sides: the largest absolute share, and all shares. */
type Shares = Readonly<{ most: number; all: readonly number[] }>;

/** The lines of arrows up to their heads, with the legends of what some line has. */
function linesLayer(arrows: readonly DrawnArrow[], { most, all }: Shares, axes: Axes): LayerSpec {
  const least = Math.min(...all.map(Math.abs));
  const [half, round] = widthsShown(most);
  const shown = half! < least ? [round!] : [half!, round!];
  const signs = Object.keys(SIGNS).filter((sign) => all.some((share) => signOf(share) === sign));
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
  const values = signs.length < 2 && { values: signs };
  const sign = all.length === 0
    ? null
    : { symbolType: "stroke", symbolStrokeWidth: widest, ...values };
  const aria = false; // the head has the label
  const line = { type: "line", orient: "horizontal", strokeJoin: "round", strokeCap: "butt", aria };
  return layerOf(points, line, {
    ...axes.point,
    color: signChannel("color", sign),
    strokeDash: signChannel("dash", sign),
    tooltip: TIP.tooltip,
    detail: { field: "path", type: "nominal" },
    order: { field: "step", type: "quantitative" },
    strokeWidth: {
      field: "size",
      type: "quantitative",
      title: "width",
      scale: { domain: [0, drawn(most)], range: [0, size(WIDEST)] },
      legend: sign && { values: shown, format: ".2~g", symbolType: "stroke" },
    },
  });
}

function headsLayer(arrows: readonly DrawnArrow[], axes: Axes): LayerSpec {
  const heads = arrows.map(({ end: { x, y }, share, width, tip }) => {
    const head = headSize({ width });
    return { ...placed({ x, y: y - head / 2 }), sign: signOf(share), head: drawn(head), tip };
  });
  const triangle = { type: "point", filled: true, opacity: 1, shape: "M-1,1L1,1L0,-1Z" };
  return layerOf(heads, triangle, {
    ...axes.point,
    ...TIP,
    color: signChannel("color"),
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
  const round = [10, 5, 2, 1].map((n) => n * digit).find((value) => value <= most * 1.005)!;
  return [drawn(round / 2), drawn(round)];
}

type LayerSpec = Readonly<Record<string, unknown>>;

function layerOf(
  values: readonly object[],
  { type, ...mark }: { readonly type: string; readonly [name: string]: unknown },
  encoding: object,
): LayerSpec {
  return { data: { values }, mark: { type, style: TO_SCALE, ...mark }, encoding };
}

function size(ems: number): number {
  return drawn(ems * SCREEN.fontSize);
}

type Axes = ReturnType<typeof axesOf>;

function axesOf({ width, height }: Layout) {
  const axis = (field: string, length: number) => ({
    field,
    type: "quantitative",
    axis: null,
    scale: { domain: [0, drawn(length)], nice: false },
  });
  return {
    point: { x: axis("x", width), y: axis("y", height) },
    corners: {
      x: axis("x1", width),
      x2: { field: "x2" },
      y: axis("y1", height),
      y2: { field: "y2" },
    },
  };
}

/** A point in hundredths of an em, which no one can tell from the exact one. */
function placed({ x, y }: Point): Point {
  return { x: hundredths(x), y: hundredths(y) };
}

function corners({ x1, x2, y1, y2 }: Rectangle): Rectangle {
  return { x1: hundredths(x1), x2: hundredths(x2), y1: hundredths(y1), y2: hundredths(y2) };
}

function hundredths(ems: number): number {
  return Math.round(100 * ems) / 100;
}

/** The model's size, and what the chart says. */
export interface CircuitPictureOptions extends Partial<ChartOptions> {
  /** The number of blocks. */
  readonly layers: number;
  /** The number of heads of a block. */
  readonly heads: number;
  /** The roles of tokens from the negator on; the score stands at the last. */
  readonly roles: readonly Role[];
  /** The chart's title. */
  readonly title: string;
  /** The lines below the title. @default {none} */
  readonly subtitle?: string;
  /** What the chart shows, the beginning of the caption: a sentence without its full stop. @default {there is no caption} */
  readonly about?: string;
}

/**
 * Draws a circuit as publications do: layers upwards from the negator's embedding to the score, token roles across, a box for each head
 * or MLP of the circuit at the token where it acts, small marks for all others, and arrows for paths with widths by their shares.
 *
 * @example Two heads, one of which reads the other
 * ```ts ignore
 * import { circuitPicture } from "negscope/charts";
 *
 * const [first, second] = [{ layer: 1, head: 2 }, { layer: 3, head: 3 }];
 * const spec = circuitPicture([{
 *   title: "all rows",
 *   parts: [
 *     { ...first, role: "subject_first", share: 0.9, inCircuit: true, tip: "1.2: share 0.9" },
 *     { ...second, role: "eot", share: 0.8, inCircuit: true, tip: "3.3: share 0.8" },
 *   ],
 *   paths: [
 *     { from: "negator", to: first, by: "values", share: 0.9 },
 *     { from: first, to: second, by: "values", share: 0.8 },
 *     { from: second, to: "score", by: "direct", share: 0.8 },
 *   ],
 * }], { layers: 4, heads: 4, roles: ["negator", "subject_first", "eot"], title: "A circuit" });
 * ```
 *
 * @param sides A panel each; all have the same places for layers and roles.
 * @param options The model's size, the roles of its tokens, and what the chart says.
 * @returns A Vega-Lite spec in the kit's style.
 * @throws {NegscopeError} If a path does not lead upwards between parts of its side.
 */
export function circuitPicture(
  sides: readonly PictureSide[],
  { layers, heads, roles: given, ...options }: CircuitPictureOptions,
): ChartSpec {
  const { layout, most, shown } = placeCircuit(sides, { layers, roles: given });
  const all = sides.flatMap(({ paths }) => paths.map(({ share }) => share));
  return panelChart({
    ...options,
    subtitle: [options.subtitle ?? "", notesOf(sides, shown).join("; ")],
    form: "Pictures of a circuit: token roles across, layers upwards",
    panels: sides.map((side, i) => {
      const isEmpty = !side.parts.some(({ inCircuit }) => inCircuit);
      const note = isEmpty ? NOTHING : side.paths.length === 0 ? NO_PATH : undefined;
      return {
        title: side.title,
        text: sideText(side, layers * (heads + 1)),
        view: sideView(shown[i]!, layout, { most, all, note }),
      };
    }),
    panelWidth: layout.width * SCREEN.fontSize,
  });
}

const [NOTHING, NO_PATH] = ["no part is named", "no path is named"];

/** What the outlines of boxes mean that are not as those of most. */
function notesOf(sides: readonly PictureSide[], shown: readonly DrawnSide[]): string[] {
  const kinds = new Set(shown.flatMap(({ boxes }) => boxes.map(({ kind }) => kind)));
  return [
    ...(kinds.has("unspecific")
      ? ["dashed outline: in the circuit, but not beyond their controls"]
      : []),
    ...(kinds.has("outside") ? ["grey outline: outside the circuit, at the end of a path"] : []),
    ...(sides.some(({ pairs = [] }) => pairs.length > 0)
      ? ["dotted line: count only together (&), or either is enough (or)"]
      : []),
    ...sides.flatMap(({ paths, pairs = [] }) =>
      pairs.filter(({ by, parts }) =>
        by === "and" && !parts.some((part) => endsOf(paths).has(nameOfPart(part)))
      ).map(({ parts }) => `${parts.map(nameOfPart).join(" and ")} carry nothing alone: no arrow`)
    ),
  ];
}

function sideText(side: PictureSide, all: number): string {
  const inside = side.parts.filter(({ inCircuit }) => inCircuit)
    .toSorted((a, b) => Math.abs(b.share ?? 0) - Math.abs(a.share ?? 0));
  if (inside.length === 0) return NOTHING;
  const parts = inside.map((part) => {
    const { role, share, isSpecific } = part;
    const notes = [
      ...(share === undefined ? [] : [estimateText(drawn(share), {})]),
      ...(isSpecific === false ? ["not beyond its controls"] : []),
    ].join(", ");
    return `${nameOfPart(part)} at ${roleLabel(role)}${notes && ` (${notes})`}`;
  });
  const paths = pathsInOrder(side)
    .map((path) => `${nameOfPath(path)} (${estimateText(drawn(path.share), {})})`);
  const names = [parts, paths].map((list) => list.join(", ") || "none");
  const pairs = (side.pairs ?? []).map(({ tip }) => `; ${tip}`).join("");
  return `${inside.length} of ${all} parts: ${names.join("; paths: ")}${pairs}`;
}
