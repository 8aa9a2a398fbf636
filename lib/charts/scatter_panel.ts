/** A scatter plot with its fitted line: the single points, or their density if there are many. */

import { countDensity, type DensityCell, type Point } from "./density.ts";
import { axisRange, drawn, type Panel, PANEL_TITLE, TIP, tipEstimate } from "./spec.ts";
import { OKABE_ITO } from "./theme.ts";

/** A point that belongs to a row. */
export interface ScatterPoint extends Point {
  /** The row's id in the data file. */
  readonly id: string;
}

/** A point on a fitted line, with the line's interval there. */
export interface BandPoint extends Point {
  /** Lower bound. */
  readonly low?: number | undefined;
  /** Upper bound. */
  readonly high?: number | undefined;
}

/** A variable along an axis. */
export interface ScatterAxis {
  /** The lines of the axis title. */
  readonly title: string[];
  /** The range that is drawn. */
  readonly range: readonly [number, number];
  /** Whether its values are whole numbers. */
  readonly isCount?: boolean;
}

/** What a scatter plot shows. */
export interface ScatterPanelOptions {
  /** The lines of the panel's title. */
  readonly title: string[];
  /** The horizontal variable. */
  readonly x: ScatterAxis;
  /** The vertical variable; its range includes 0. */
  readonly y: ScatterAxis;
  /** The fitted line from left to right. */
  readonly band: readonly BandPoint[];
}

/** If there are more points, they are counted in the cells of a grid. */
const MOST_POINTS = 2000;

/** The range of whole numbers, which ends half-way to the next one, so that a grid can have one column for each. */
export function countRange(values: readonly number[]): [number, number] {
  const [least, most] = axisRange(values);
  return [Math.ceil(least) - 0.5, Math.floor(most) + 0.5];
}

/**
 * Draws points, the line y = 0, and a fitted line with its band.
 *
 * More than 2000 points are not drawn one by one: the colour of a cell shows how many lie in it. The grid is 24 cells high and 48 wide,
 * or has a column for each whole number.
 */
export function scatterPanel(
  points: readonly ScatterPoint[],
  { title, x, y, band }: ScatterPanelOptions,
): Panel {
  const type = "quantitative" as const;
  const encoding = { x: position("x", x), y: position("y", y) };
  const bounded = band.filter(({ low, high }) => low !== undefined && high !== undefined);
  return {
    title: { text: title, style: PANEL_TITLE },
    layer: [
      points.length > MOST_POINTS ? densityLayer(points, { x, y }) : {
        data: {
          values: points.map(({ id, x: across, y: upwards }) => ({
            ...drawnRow({ x: across, y: upwards }),
            tip: `${id}: ${x.title.join(" ")} ${tipEstimate(across)}, ${y.title.join(" ")} ${
              tipEstimate(upwards)
            }`,
          })),
        },
        mark: { type: "circle", size: 14, opacity: 0.5, color: OKABE_ITO.blue },
        encoding: { ...encoding, ...TIP },
      },
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule", strokeDash: [4, 3] },
        encoding: { y: { field: "zero", type } },
      },
      {
        data: {
          values: bounded.map(({ x, low, high }) => drawnRow({ x, low: low!, high: high! })),
        },
        mark: { type: "area", color: OKABE_ITO.vermillion, opacity: 0.25 },
        encoding: { x: encoding.x, y: { ...encoding.y, field: "low" }, y2: { field: "high" } },
      },
      {
        data: { values: band.map(({ x, y }) => drawnRow({ x, y })) },
        mark: { type: "line", color: OKABE_ITO.vermillion },
        encoding,
      },
    ],
  };
}

function densityLayer(
  points: readonly ScatterPoint[],
  { x, y }: { readonly x: ScatterAxis; readonly y: ScatterAxis },
): Extract<Panel, { layer: unknown }>["layer"][number] {
  const columns = x.isCount ? { columns: x.range[1] - x.range[0] } : {};
  const cells = countDensity(points, { x: x.range, y: y.range, ...columns });
  return {
    data: { values: cells.map((cell) => ({ ...drawnRow(cell), tip: cellTip(cell, { x, y }) })) },
    mark: "rect",
    encoding: {
      x: position("x", x),
      x2: { field: "x2" },
      y: position("y", y),
      y2: { field: "y2" },
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

function cellTip(
  cell: DensityCell,
  { x, y }: { readonly x: ScatterAxis; readonly y: ScatterAxis },
): string {
  const across = `${x.title.join(" ")} ${tipEstimate(cell.x)} to ${tipEstimate(cell.x2)}`;
  const upwards = `${y.title.join(" ")} ${tipEstimate(cell.y)} to ${tipEstimate(cell.y2)}`;
  return `${across}, ${upwards}: n = ${cell.n}`;
}

function position(field: string, { title, range, isCount = false }: ScatterAxis) {
  return {
    field,
    type: "quantitative" as const,
    title,
    scale: { domain: [...range], nice: false },
    axis: { labelSeparation: 3, ...(isCount && { tickMinStep: 1 }) },
  };
}

function drawnRow<Row extends object>(row: Row): Row {
  const cells = Object.entries(row).map(([key, value]) => {
    return [key, typeof value === "number" ? drawn(value) : value];
  });
  return Object.fromEntries(cells);
}
