/** Counts points in the cells of a grid, for plots with too many points to draw one by one. */

/** A point. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A cell of the grid that holds points. */
export interface DensityCell {
  /** Its left edge. */
  readonly x: number;
  /** Its right edge. */
  readonly x2: number;
  /** Its lower edge. */
  readonly y: number;
  /** Its upper edge. */
  readonly y2: number;
  /** The number of points in it, including those on its left and lower edges. */
  readonly n: number;
}

/** The grid that points are counted in. */
export interface DensityGrid {
  /** The range that holds every x. */
  readonly x: readonly [number, number];
  /** The range that holds every y. */
  readonly y: readonly [number, number];
  /** Cells from left to right. @default {48} */
  readonly columns?: number;
  /** Cells from bottom to top. @default {24} */
  readonly rows?: number;
}

/** Counts points in the equal cells of a grid. */
export function countDensity(
  points: readonly Point[],
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
