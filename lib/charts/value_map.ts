/** A map of values around 0: one coloured cell for each value, with the value printed in it. */

import { decimals, drawn, NO_CELL, type Panel, shortNumber, TIP } from "./spec.ts";

/** The content of a map's cells and sides. */
export interface ValueMapOptions {
  /** The property of the cells that the colours show. */
  readonly field: string;
  /** The legend's title. */
  readonly legend: string;
  /** The value at either end of the colours, whose middle is 0. */
  readonly bound: number;
  /** The columns. */
  readonly x: MapSide;
  /** The rows, from the top. */
  readonly y: MapSide;
}

/** One side of a map. */
export interface MapSide {
  /** The property of the cells that gives their place. */
  readonly field: string;
  /** Numbers in their own order, or names in the domain's order. */
  readonly type: "ordinal" | "nominal";
  /** All places in their order. */
  readonly scale: { readonly domain: string[] | number[] };
  /** The axis beside it. */
  readonly axis: MapAxis | null;
}

/** An axis of labels without lines or ticks. */
export interface MapAxis {
  readonly title: string | null;
  readonly domain: false;
  readonly ticks: false;
  readonly labelAngle?: number;
  /** Leaves out every other number if they are too close. */
  readonly labelOverlap?: boolean;
  /** The smallest distance between numbers, in points. */
  readonly labelSeparation?: number;
}

/** A map, alone or within another view. */
export type ValueMap = Extract<Panel, { layer: unknown }>;

/** The axis of a map: an axis of numbers has a title, while an axis of names needs none and shows all of them. */
export function mapAxis(title: string | null): MapAxis {
  const numbers = { labelOverlap: true, labelSeparation: 3 };
  return { title, domain: false, ticks: false, ...(title !== null && numbers) };
}

/** How cells print their values. */
export interface CellPrint {
  /** Formats a value for its cell. */
  readonly label: (value: number) => string;
  /** What a title adds if the printed number is not the value itself. */
  readonly note: string;
}

/** Below this bound, two digits after the point would show too little. */
const LEAST_PRINTED = 0.05;

/** How the cells of a map print their values: in thousandths if all values are small. */
export function cellPrint(bound: number): CellPrint {
  if (bound >= LEAST_PRINTED) return { label: shortNumber, note: "" };
  return { label: (value) => decimals(1000 * value, 1), note: "; cells in thousandths" };
}

/**
 * Draws a map in colours centred on 0, blue below and orange above; the background shows where there is no cell.
 *
 * @param cells Rows with the properties that the options name, the printed value as `label`, and the tooltip as `tip`.
 */
export function valueMap(cells: readonly object[], options: ValueMapOptions): ValueMap {
  const { field, legend, bound, x, y } = options;
  return {
    data: { values: [...cells] },
    view: { fill: NO_CELL },
    encoding: { x, y, ...TIP },
    layer: [
      {
        mark: "rect",
        encoding: {
          color: {
            field,
            type: "quantitative",
            title: legend,
            scale: { scheme: "blueorange", domain: [-bound, bound] },
            legend: { tickCount: 3 },
          },
        },
      },
      {
        mark: { type: "text", style: "cell_value", aria: false },
        encoding: {
          text: { field: "label", type: "nominal" },
          color: {
            condition: { test: `abs(datum.${field}) > ${drawn(0.7 * bound)}`, value: "white" },
            value: "black",
          },
        },
      },
    ],
  };
}
