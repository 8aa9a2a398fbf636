/** The points of a scatter plot, and the ranges of the axes that hold them. */

import { axisRange, type Bounds, drawn, drawnEnds } from "../spec.ts";

/** A variable along an axis. */
export interface ScatterAxis<Row> {
  /** Its name in the chart's data. */
  readonly field: string;
  /** Its value; a row without one has no point. @default {the column of the field's name} */
  readonly of?: (row: Row) => number | undefined;
  /** The value's interval. @default {none} */
  readonly bounds?: (row: Row) => Bounds;
  /** The axis's title, or its lines, which may differ between panels. @default {the field} */
  readonly title?: string | ((rows: readonly Row[]) => readonly string[]);
  /** Whether the values of a panel are whole numbers. @default {they are not} */
  readonly isCount?: (rows: readonly Row[]) => boolean;
}

export interface Point<Row> {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
  readonly xBounds: Bounds;
  readonly yBounds: Bounds;
}

export type Range = readonly [number, number];

export interface Ranges {
  readonly x: Range;
  readonly y: Range;
}

export function pointOf<Row>(
  row: Row,
  axes: readonly [x: ScatterAxis<Row>, y: ScatterAxis<Row>],
): Point<Row>[] {
  const [x, y] = axes.map(({ field, of }) =>
    of === undefined ? row[field as keyof Row] as number | undefined : of(row)
  );
  if (x === undefined || y === undefined) return [];
  const [xBounds, yBounds] = axes.map(({ bounds }) => bounds?.(row) ?? {});
  return [{ row, x, y, xBounds: xBounds!, yBounds: yBounds! }];
}

export function rowsOf<Row>(points: readonly Point<Row>[]): readonly Row[] {
  return points.map(({ row }) => row);
}

/** The ranges of a panel's axes: across that of the panels alike, upwards that of all, both widened where labels need room. */
export function rangesOf<Row>(
  alike: readonly (readonly Point<Row>[])[],
  all: readonly (readonly Point<Row>[])[],
  { x: { isCount }, against, labelSize: { width, height } = { width: 0, height: 0 } }: {
    readonly x: ScatterAxis<Row>;
    readonly against: "level" | "cross" | "equality";
    readonly labelSize?: { readonly width: number; readonly height: number };
  },
): Ranges {
  const across = alike.flat().flatMap(({ x, xBounds }) => drawnEnds(x, xBounds));
  const upwards = all.flat().flatMap(({ y, yBounds }) => drawnEnds(y, yBounds));
  if (against === "equality") {
    const range = axisRange([...across, ...upwards]);
    return { x: range, y: range };
  }
  const x = alike.every((points) => isCount?.(rowsOf(points)) === true)
    ? countRange(across)
    : axisRange([...against === "cross" ? [0] : [], ...across]);
  return {
    x: widened(x, 0, width),
    y: widened(axisRange([0, ...upwards]), height, height),
  };
}

/** The range of whole numbers, which ends half-way to the next one, so that a grid can have one column for each. */
function countRange(values: readonly number[]): Range {
  const [least, most] = axisRange(values);
  return [Math.ceil(least) - 0.5, Math.floor(most) + 0.5];
}

/** A range with shares of it before and after. */
function widened([from, to]: Range, before: number, after: number): Range {
  return [drawn(from - before * (to - from)), drawn(to + after * (to - from))];
}
