/** Counts points in the cells of a grid, for plots with too many points to draw one by one. */

import { drawn, TIP, tipEstimate } from "../spec.ts";
import { type Positions, span } from "./axes.ts";
import { type Point, type Ranges, rowsOf, type ScatterAxis } from "./points.ts";

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
