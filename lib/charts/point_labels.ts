/** Places labels beside their points so that they cover nothing. */

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
