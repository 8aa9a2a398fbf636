/** Places labels beside their points so that they cover nothing. */

import { drawn, drawnEnds } from "../spec.ts";
import type { Positions } from "./axes.ts";
import { type Point, type Range, type Ranges, rowsOf } from "./points.ts";

/** A point with its interval in a plot whose lower left corner is 0, 0 and whose upper right one is 1, 1. */
export interface PlacedPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** The constraints on labels, as fractions of the plot's size. */
export interface LabelOptions {
  readonly size: { readonly width: number; readonly height: number };
  readonly among: readonly PlacedPoint[];
  readonly level: number;
}

export interface LabelPlace {
  /** The side of its point: level with the point, or above or below its interval. */
  readonly side: "right" | "left" | "above" | "below";
  readonly y: number;
}

interface Candidate extends LabelPlace {
  readonly x: number;
}

/**
 * Finds places for the labels of points, in the order of the points: right of the point, left of it, above or below its interval.
 *
 * A label takes the first of these places where it lies inside the plot, covers no other label, no other point or its interval, and
 * not the line, and where no other point lies between it and its own point. A label without such a place is left out.
 */
export function placeLabels(
  points: readonly PlacedPoint[],
  { size, among, level }: LabelOptions,
): (LabelPlace | undefined)[] {
  const { width, height } = size;
  const taken: Candidate[] = [];
  return points.map((point) => {
    const others = among.filter((other) => other !== point);
    const place = candidates(point, size).find(({ x, y }) =>
      isInside(x, width) && isInside(y, height) && Math.abs(y - level) >= height / 2 &&
      !taken.some((other) => Math.abs(other.x - x) < width && Math.abs(other.y - y) < height) &&
      !others.some((other) =>
        Math.abs(other.x - x) < width / 2 &&
        (other.low < y + height / 2 && other.high > y - height / 2 ||
          other.y >= Math.min(point.y, y) && other.y <= Math.max(point.y, y))
      )
    );
    if (place === undefined) return undefined;
    taken.push(place);
    return { side: place.side, y: place.y };
  });
}

function candidates(
  { x, y, low, high }: PlacedPoint,
  { width, height }: LabelOptions["size"],
): readonly Candidate[] {
  return [
    { side: "right", x: x + width / 2, y },
    { side: "left", x: x - width / 2, y },
    { side: "above", x, y: high + height / 2 },
    { side: "below", x, y: low - height / 2 },
  ];
}

function isInside(middle: number, length: number): boolean {
  return middle >= length / 2 && middle <= 1 - length / 2;
}

/** Between a label and its point. */
const LABEL_GAP = 5;

/** A label's side of its point, and its height in units of y. */
export interface Label {
  readonly side: "right" | "left" | "above" | "below";
  readonly label_y: number;
}

/** The labels that have a place, by their points. */
export function labelsOf<Row>(
  points: readonly Point<Row>[],
  { labelled, labelSize: size, against }: {
    readonly labelled?: (rows: readonly Row[]) => readonly Row[];
    readonly labelSize?: LabelOptions["size"];
    readonly against: "level" | "cross" | "equality";
  },
  { x, y }: Ranges,
): ReadonlyMap<Point<Row>, Label> {
  if (labelled === undefined || size === undefined) return new Map();
  const share = (value: number, [from, to]: Range) => (value - from) / (to - from);
  const placed = new Map(points.map((point) => {
    const [low, high] = drawnEnds(point.y, point.yBounds);
    const shares = {
      x: share(point.x, x),
      y: share(point.y, y),
      low: share(low, y),
      high: share(high, y),
    };
    return [point, shares] as const;
  }));
  const byRow = new Map(points.map((point) => [point.row, point]));
  const named = labelled(rowsOf(points)).map((row) => byRow.get(row)!);
  const found = placeLabels(named.map((point) => placed.get(point)!), {
    size,
    among: [...placed.values()],
    level: against === "equality" ? -1 : share(0, y),
  });
  return new Map(named.flatMap((point, i) => {
    const place = found[i];
    if (place === undefined) return [];
    return [[point, { side: place.side, label_y: drawn(y[0] + place.y * (y[1] - y[0])) }] as const];
  }));
}

export function labelLayers(labels: readonly Label[], { x, y }: Positions) {
  const sides = [
    { side: "right", align: "left", dx: LABEL_GAP },
    { side: "left", align: "right", dx: -LABEL_GAP },
    { side: "above", align: "center", dx: 0 },
    { side: "below", align: "center", dx: 0 },
  ];
  return sides.filter(({ side }) => labels.some((label) => label.side === side))
    .map(({ side, ...mark }) => ({
      transform: [{ filter: `datum.side === '${side}'` }],
      mark: { type: "text", ...mark },
      encoding: {
        x,
        y: { ...y, field: "label_y" },
        text: { field: "label", type: "nominal" },
      },
    }));
}
