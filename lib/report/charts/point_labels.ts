/** Where labels stand beside their points so that no two cover each other. */

/** A point with its interval in a plot whose lower left corner is 0, 0 and whose upper right one is 1, 1. */
export interface PlacedPoint {
  /** Across. */
  readonly x: number;
  /** Upwards. */
  readonly y: number;
  /** Where its interval begins. */
  readonly low: number;
  /** Where its interval ends. */
  readonly high: number;
}

/** What room a label takes, as shares of the plot. */
export interface LabelSize {
  /** With the gap to its point. */
  readonly width: number;
  /** With the gap to the next line. */
  readonly height: number;
}

/** Where a label stands. */
export interface LabelPlace {
  /** On which side of its point it is. */
  readonly side: "left" | "right";
  /** The height of its middle. */
  readonly y: number;
}

/**
 * Finds places for the labels of points, the first points first: on the right or left, level with the point, above or below it.
 *
 * A label takes the first of these places where it covers neither another label nor another point with its interval, all of it inside
 * the plot. One without such a place is left out.
 *
 * @param points The points with labels, the most important first.
 * @param options The room of a label, and all points of the plot.
 * @returns The place of each label; undefined for one that is left out.
 */
export function placeLabels(
  points: readonly PlacedPoint[],
  { size: { width, height }, among }: {
    readonly size: LabelSize;
    readonly among: readonly PlacedPoint[];
  },
): (LabelPlace | undefined)[] {
  const taken: { readonly x: number; readonly y: number }[] = [];
  return points.map((point) => {
    const places = [0, 1, -1].flatMap((line) =>
      (["right", "left"] as const).map((side) => ({
        side,
        x: point.x + (side === "right" ? 0.5 : -0.5) * width,
        y: point.y + 0.75 * line * height,
      }))
    );
    const place = places.find(({ x, y }) =>
      isInside(x, width) && isInside(y, height) &&
      !taken.some((other) => Math.abs(other.x - x) < width && Math.abs(other.y - y) < height) &&
      !among.some((other) =>
        other !== point && Math.abs(other.x - x) < width / 2 &&
        other.low < y + height / 2 && other.high > y - height / 2
      )
    );
    if (place === undefined) return undefined;
    taken.push(place);
    return { side: place.side, y: place.y };
  });
}

function isInside(middle: number, length: number): boolean {
  return middle >= length / 2 && middle <= 1 - length / 2;
}
