/** From ems to the places and sizes of marks, which are drawn to scale. */

import { drawn } from "../spec.ts";
import { TO_SCALE } from "../theme.ts";
import { SCREEN } from "../venues.ts";
import type { Layout, Point, Rectangle } from "./layout.ts";

/** How a layer of the view is drawn. */
export type LayerSpec = Readonly<Record<string, unknown>>;

/** A layer of marks that are drawn to scale. */
export function layerOf(
  values: readonly object[],
  { type, ...mark }: { readonly type: string; readonly [name: string]: unknown },
  encoding: object,
): LayerSpec {
  return { data: { values }, mark: { type, style: TO_SCALE, ...mark }, encoding };
}

/** Ems in the units of a screen. */
export function size(ems: number): number {
  return drawn(ems * SCREEN.fontSize);
}

export type Axes = ReturnType<typeof axesOf>;

/** The encodings of points and of rectangles. */
export function axesOf({ width, height }: Layout) {
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
export function placed({ x, y }: Point): Point {
  return { x: hundredths(x), y: hundredths(y) };
}

/** A rectangle, likewise. */
export function corners({ x1, x2, y1, y2 }: Rectangle): Rectangle {
  return { x1: hundredths(x1), x2: hundredths(x2), y1: hundredths(y1), y2: hundredths(y2) };
}

function hundredths(ems: number): number {
  return Math.round(100 * ems) / 100;
}
