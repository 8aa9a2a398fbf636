/** One side of a picture of a circuit as layers of Vega-Lite; the sizes of texts and lines follow the width of the view. */

import { drawn, type Panel, TIP } from "../spec.ts";
import { TO_SCALE } from "../theme.ts";
import { SCREEN } from "../venues.ts";
import { roleLines } from "./columns.ts";
import { BOTTOM, type Layout, type Point, type Rectangle } from "./layout.ts";
import { headSize } from "./routes.ts";

/** What a side shows, with its places. */
export interface DrawnSide {
  readonly boxes: readonly (Rectangle & {
    readonly label: string;
    readonly kind: BoxKind;
    readonly tip: string;
  })[];
  readonly marks: readonly (Point & { readonly isHead: boolean; readonly tip: string })[];
  readonly arrows: readonly {
    readonly way: readonly Point[];
    readonly end: Point;
    readonly share: number;
    readonly width: number;
    readonly tip: string;
  }[];
  readonly letters: readonly (Point & { readonly label: string })[];
}

/** A text at a place, with what is read at the pointer. */
type DrawnText = Point & { readonly label: string; readonly tip?: string };

/** The colours of shares: those of the kit's maps, of which one is much darker than the other. */
const SIGNS = { "above 0": "#994a07", "below 0": "#5da2cb" };

const INK = "#333333";

/** How boxes look: in the circuit, in it but not beyond its controls, outside it but at the end of a path, and the negator and the score. */
const BOXES = {
  inside: { fill: "#e2e2e2", stroke: INK, dash: [] },
  unspecific: { fill: "#ffffff", stroke: INK, dash: [3, 2] },
  outside: { fill: "#ffffff", stroke: "#aaaaaa", dash: [] },
  end: { fill: "#ffffff", stroke: INK, dash: [] },
};

/** How a box looks. */
export type BoxKind = keyof typeof BOXES;

/** The width of the widest line, in ems. */
export const WIDEST = 0.42;

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
  const em = (ems: number) => drawn(ems * SCREEN.fontSize);
  const area = (ems: number) => drawn(em(ems) ** 2);
  const axis = (channel: "x" | "y", field: string) => ({
    ...{ field, type: "quantitative", axis: null },
    scale: { domain: [0, drawn(channel === "x" ? layout.width : layout.height)], nice: false },
  });
  const at = { x: axis("x", "x"), y: axis("y", "y") };
  const within = {
    ...{ x: axis("x", "x1"), x2: { field: "x2" }, y: axis("y", "y1"), y2: { field: "y2" } },
  };
  const shown = widthsShown(most);
  const color = {
    ...{ field: "sign", type: "nominal", title: "share of d" },
    scale: { domain: Object.keys(SIGNS), range: Object.values(SIGNS) },
    legend: { symbolType: "stroke", symbolStrokeWidth: em(WIDEST * shown.at(-1)! / most) },
  };
  const texts = (values: readonly DrawnText[], size: number, more: object = {}) => ({
    data: { values: values.map(({ x, y, ...text }) => ({ ...placed({ x, y }), ...text })) },
    mark: {
      ...{
        type: "text",
        style: TO_SCALE,
        fontSize: em(size),
        lineBreak: "\n",
        lineHeight: em(1.15),
        aria: false,
      },
      ...more,
    },
    encoding: { ...at, text: { field: "label", type: "nominal" }, tooltip: TIP.tooltip },
  });
  const layers = layout.layers.map(({ y1, y2 }, i) => ({
    x: 0.75,
    y: (y1 + y2) / 2,
    label: `${i + 1}`,
  }));
  const roles = layout.columns.map(({ role, x1, x2 }) => (
    { x: (x1 + x2) / 2, y: BOTTOM - 0.5, label: roleLines(role).join("\n") }
  ));
  return {
    width: drawn(layout.width * SCREEN.fontSize),
    height: drawn(layout.height * SCREEN.fontSize),
    layer: [
      {
        data: {
          values: layout.layers.filter((_, i) => i % 2 === 0)
            .map(({ y1, y2 }) => corners({ x1: 0, x2: layout.width, y1, y2 })),
        },
        mark: { type: "rect", color: "#f4f4f4", aria: false },
        encoding: within,
      },
      texts(layers, 1),
      texts(roles, 1, { baseline: "top" }),
      texts([{ x: 0, y: layout.height - 0.9, label: "layer" }], 1, { align: "left" }),
      {
        data: {
          values: marks.map(({ x, y, isHead, tip }) => (
            { ...placed({ x, y }), kind: isHead ? "head" : "MLP", tip }
          )),
        },
        mark: {
          type: "point",
          style: TO_SCALE,
          filled: true,
          color: "#bdbdbd",
          opacity: 1,
          size: area(0.3),
        },
        encoding: {
          ...{ ...at, ...TIP },
          shape: {
            ...{ field: "kind", type: "nominal", legend: null },
            scale: { domain: ["head", "MLP"], range: ["circle", "square"] },
          },
        },
      },
      {
        data: {
          values: arrows.flatMap(({ way, share, width, tip }, path) =>
            way.map((point, step) => ({
              ...{ path, step, ...placed(point), sign: signOf(share) },
              ...{ size: drawn(most * width / WIDEST), ...(step === 0 && { tip }) },
            }))
          ),
        },
        mark: {
          type: "line",
          style: TO_SCALE,
          orient: "horizontal",
          strokeJoin: "round",
          strokeCap: "butt",
          aria: false, // its head has the label
        },
        encoding: {
          ...{ ...at, color, tooltip: TIP.tooltip },
          detail: { field: "path", type: "nominal" },
          order: { field: "step", type: "quantitative" },
          strokeWidth: {
            ...{ field: "size", type: "quantitative", title: "width" },
            scale: { domain: [0, drawn(most)], range: [0, em(WIDEST)] },
            legend: { values: shown, format: ".2~g", symbolType: "stroke" },
          },
        },
      },
      {
        data: {
          values: arrows.map(({ end: { x, y }, share, width, tip }) => {
            const head = headSize({ width });
            const sign = signOf(share);
            return { ...placed({ x, y: y - head / 2 }), sign, head: drawn(head), tip };
          }),
        },
        mark: {
          type: "point",
          style: TO_SCALE,
          filled: true,
          opacity: 1,
          shape: "M-1,1L1,1L0,-1Z",
        },
        encoding: {
          ...{ ...at, ...TIP, color },
          size: {
            ...{ field: "head", type: "quantitative", legend: null },
            scale: { type: "pow", exponent: 2, domain: [0, 1], range: [0, area(1)] },
          },
        },
      },
      ...Object.entries(BOXES).flatMap(([kind, { fill, stroke, dash }]) => {
        const values = boxes.filter((box) => box.kind === kind);
        return values.length === 0 ? [] : [{
          data: { values: values.map((box) => ({ ...corners(box), tip: box.tip })) },
          mark: {
            ...{
              type: "rect",
              style: TO_SCALE,
              fill,
              stroke,
              strokeWidth: em(0.09),
              strokeDash: dash,
            },
            ...{ opacity: 1, cornerRadius: em(0.25) },
          },
          encoding: { ...within, ...TIP },
        }];
      }),
      texts(
        boxes.map(({ x1, x2, y1, y2, label, tip }) => (
          { x: (x1 + x2) / 2, y: (y1 + y2) / 2, label, tip }
        )),
        1,
      ),
      texts(letters, 1),
      ...note === undefined ? [] : [
        texts([{ x: layout.width / 2, y: layout.height - 0.9, label: note }], 1),
      ],
    ],
  } as Panel;
}

function placed({ x, y }: Point): Point {
  return { x: hundredths(x), y: hundredths(y) };
}

function corners({ x1, x2, y1, y2 }: Rectangle): Rectangle {
  return { x1: hundredths(x1), x2: hundredths(x2), y1: hundredths(y1), y2: hundredths(y2) };
}

function hundredths(ems: number): number {
  return Math.round(100 * ems) / 100;
}

function signOf(share: number): keyof typeof SIGNS {
  return share < 0 ? "below 0" : "above 0";
}

/** The shares whose widths the legend shows: the largest round one, and a third of it. */
function widthsShown(most: number): number[] {
  const digit = 10 ** Math.floor(Math.log10(most));
  const round = [5, 2, 1].map((n) => n * digit).find((value) => value <= most * 1.0001)!;
  return [drawn(round / 5), drawn(round)];
}
