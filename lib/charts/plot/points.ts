/** The points of a scatter plot, and the ranges of the axes that hold them. */

import { axisRange, type Bounds, drawn, drawnEnds, TIP, tipEstimate } from "../spec.ts";
import { type Positions, span } from "./axes.ts";

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

export interface DensityCell {
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  /** The number of points in it, including those on its left and lower edges. */
  readonly n: number;
}

export interface DensityGrid {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly columns?: number;
  readonly rows?: number;
}

export function countDensity(
  points: readonly { readonly x: number; readonly y: number }[],
  { x, y, columns = 48, rows = 24 }: DensityGrid,
): DensityCell[] {
  const width = (x[1] - x[0]) / columns;
  const height = (y[1] - y[0]) / rows;
  const counts = new Uint32Array(columns * rows);
  for (const point of points) {
    const column = Math.min(Math.floor((point.x - x[0]) / width), columns - 1);
    const row = Math.min(Math.floor((point.y - y[0]) / height), rows - 1);
    counts[column * rows + row]! += 1;
  }
  return [...counts].flatMap((n, i) => {
    if (n === 0) return [];
    const left = x[0] + Math.floor(i / rows) * width;
    const lower = y[0] + (i % rows) * height;
    return [{ x: left, x2: left + width, y: lower, y2: lower + height, n }];
  });
}

/** The cells of a scatter plot's grid, as rows of a chart's data. */
export function densityOf<Row>(
  points: readonly Point<Row>[],
  { x, y }: { readonly x: ScatterAxis<Row>; readonly y: ScatterAxis<Row> },
  ranges: Ranges,
) {
  const rows = rowsOf(points);
  const isCount = x.isCount?.(rows) === true;
  const columns = isCount ? { columns: ranges.x[1] - ranges.x[0] } : {};
  const rangeText = ({ field, title = field }: ScatterAxis<Row>, from: number, to: number) => {
    const name = typeof title === "string" ? title : title(rows).join(" ");
    return `${name} ${tipEstimate(from)} to ${tipEstimate(to)}`;
  };
  return countDensity(points, { ...ranges, ...columns }).map((cell) => ({
    x: drawn(cell.x),
    x2: drawn(cell.x2),
    y: drawn(cell.y),
    y2: drawn(cell.y2),
    n: cell.n,
    tip: `${rangeText(x, cell.x, cell.x2)}, ${rangeText(y, cell.y, cell.y2)}: n = ${cell.n}`,
  }));
}

export function densityLayer({ x, y }: Positions) {
  return {
    mark: "rect",
    encoding: {
      ...span("x", x, ["x", "x2"]),
      ...span("y", y, ["y", "y2"]),
      color: {
        field: "n",
        type: "quantitative",
        title: "rows in a cell",
        scale: { scheme: "viridis", reverse: true, domainMin: 1 },
      },
      ...TIP,
    },
  };
}
