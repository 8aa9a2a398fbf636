/** A map of values around 0: one coloured cell each, its value printed in it. */

import { decimals, drawn, NO_CELL, type Panel, shortNumber, TIP } from "./spec.ts";

/** What a map shows in its cells and along its sides. */
export interface ValueMapOptions {
  /** The property of the cells that is coloured. */
  readonly field: string;
  /** What the legend calls it. */
  readonly legend: string;
  /** The value at either end of the colours, whose middle is 0. */
  readonly bound: number;
  /** The columns. */
  readonly x: MapSide;
  /** The rows, from above. */
  readonly y: MapSide;
}

/** One side of a map. */
export interface MapSide {
  /** The property of the cells that places them. */
  readonly field: string;
  /** Numbers in their order, or names in the domain's. */
  readonly type: "ordinal" | "nominal";
  /** All places in their order. */
  readonly scale: { readonly domain: string[] | number[] };
  /** What is written beside it. */
  readonly axis: MapAxis | null;
}

/** What is written along a map; no lines or ticks. */
export interface MapAxis {
  readonly title: string | null;
  readonly domain: false;
  readonly ticks: false;
  readonly labelAngle?: number;
  /** Leaves out every other number where they are too close. */
  readonly labelOverlap?: boolean;
  /** Points between numbers at the least. */
  readonly labelSeparation?: number;
}

/** A map as a view of its own or within one. */
export type ValueMap = Extract<Panel, { layer: unknown }>;

/** The axis of a map: one of numbers has a title, one of names speaks for itself and keeps them all. */
export function mapAxis(title: string | null): MapAxis {
  const numbers = { labelOverlap: true, labelSeparation: 3 };
  return { title, domain: false, ticks: false, ...(title !== null && numbers) };
}

/** How cells print their values. */
export interface CellPrint {
  /** A value as a cell prints it. */
  readonly label: (value: number) => string;
  /** What a title adds where that is not the value itself. */
  readonly note: string;
}

/** Below it, two digits after the point would tell too little. */
const LEAST_PRINTED = 0.05;

/** How the cells of a map print their values: in thousandths where all are small. */
export function cellPrint(bound: number): CellPrint {
  if (bound >= LEAST_PRINTED) return { label: shortNumber, note: "" };
  return { label: (value) => decimals(1000 * value, 1), note: "; cells in thousandths" };
}

/**
 * Draws a map in colours centred on 0, blue below and orange above; where it has no cell its ground is seen.
 *
 * @param cells Rows with the properties that the options name, the printed value as `label`, and what a cell answers as `tip`.
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
