/** A map of values around 0: colours, a cell for each value with the value printed in it, and marks of what the colour does not show. */

import {
  bootstrapText,
  type ChartOptions,
  clustersOf,
  type Fit,
  NO_CELL,
  type Panel,
  SCREEN,
  TIP,
} from "./spec.ts";
import { type Estimate, INCLUDES_0, NO_INTERVAL, NOT_ABOVE, NOT_SPECIFIC } from "./channels.ts";
import { decimals, drawn, greatest, niceCeil, shortNumber } from "./texts.ts";

const BEYOND = "beyond the colours";
const BEYOND_IN_DOUBT = "beyond, in doubt";

/** The marks in the order of the legend, with their shapes. */
const SHAPES: ReadonlyMap<string, string> = new Map([
  [INCLUDES_0, "circle"],
  [NOT_ABOVE, "triangle-left"],
  [NO_INTERVAL, "cross"],
  [NOT_SPECIFIC, "triangle-down"],
  [BEYOND, "triangle-up"],
  [BEYOND_IN_DOUBT, "diamond"],
]);

/** Below this share of the range, a value beyond it looks like one at its end. */
const LEAST_EXCESS = 0.005;

/** Decides how cells show that their values are in doubt, or beyond the colours: by marks in corners, since a pale cell is a smaller value. The intervals are the cells' own. */
export function markCells(
  cells: readonly Pick<Estimate, "value" | "doubt">[],
  range: ColourRange,
  options: Pick<ChartOptions, "clusters">,
): { readonly marks: readonly (string | undefined)[]; readonly text: string } {
  const spare = LEAST_EXCESS * colourBound(range);
  const marks = cells.map(({ value, doubt }) => {
    if (value <= range.high + spare && value >= range.low - spare) return doubt;
    return doubt === undefined ? BEYOND : BEYOND_IN_DOUBT;
  });
  return { marks, text: sentence(legendOf(marks), options) };
}

export function legendOf(names: Iterable<string | undefined>): string[] {
  const present = new Set(names);
  return [...SHAPES.keys()].filter((name) => present.has(name));
}

export function markShape(mark: string): string {
  return SHAPES.get(mark)!;
}

function sentence(names: readonly string[], options: Pick<ChartOptions, "clusters">): string {
  const has = (end: string) => names.some((name) => name.endsWith(end));
  const parts = [
    has("includes 0") &&
    `a 95 % interval of the cell alone (${bootstrapText(options)}) that includes 0`,
    has(NOT_ABOVE) &&
    `a selectivity that is not above that of the exchanged sentences (95 % interval of the difference, ${
      bootstrapText(options)
    })`,
    has(NOT_SPECIFIC) && "a value that is not beyond that of the control",
    has(NO_INTERVAL) && `too few distinct ${clustersOf(options)} for an interval`,
    has(BEYOND) && "a value beyond the colours",
    has("in doubt") && "a value beyond the colours that its interval or control leaves in doubt",
  ].filter((part) => part !== false);
  return parts.length === 0 ? "" : `Marks in corners: ${parts.join("; ")}.`;
}

export interface ValueMapOptions {
  readonly field: string;
  readonly legend: string;
  readonly range: ColourRange;
  /** The marks that the cells of the chart's maps have, in the order of the legend. @default {[]} */
  readonly marks?: readonly string[];
  readonly x: DrawnSide;
  readonly y: DrawnSide;
}

/** One side of a map. */
export interface MapSide {
  /** The name of the places in the data. */
  readonly field: string;
  /** Numbers in their own order, or names in the domain's order. */
  readonly type: "ordinal" | "nominal";
  /** All places in their order. */
  readonly scale: { readonly domain: string[] | number[] };
}

export interface DrawnSide extends MapSide {
  readonly axis: ReturnType<typeof mapAxis> & { readonly labelAngle?: number } | null;
}

export function placesInOrder(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** The axis of a map: an axis of numbers has a title, while an axis of names needs none and shows all of them. */
export function mapAxis(title: string | null) {
  const numbers = { labelOverlap: true, labelSeparation: 3 };
  return { title, domain: false as const, ticks: false as const, ...(title !== null && numbers) };
}

export interface CellPrint {
  readonly label: (value: number) => string;
  /** What the printed number is, if it is not the value itself; else an empty text. */
  readonly note: string;
}

/** Below this bound, two digits after the point would show too little. */
const LEAST_PRINTED = 0.05;

/** How the cells of a map print their values: in thousandths if all values are small. */
export function cellPrint(bound: number): CellPrint {
  if (bound >= LEAST_PRINTED) return { label: shortNumber, note: "" };
  return { label: (value) => decimals(1000 * value, 1), note: "cells in thousandths" };
}

/** Draws a map, of cells with a `label`, a `tip`, and perhaps a `mark`, in colours centred on 0, blue below and orange above; the background shows where there is no cell. */
export function valueMap(
  cells: readonly object[] | undefined,
  options: ValueMapOptions,
): Panel {
  const { field, legend, range, x, y, marks = [] } = options;
  return {
    ...(cells !== undefined && { data: { values: [...cells] } }),
    view: { fill: NO_CELL },
    encoding: { x, y, ...TIP },
    layer: [
      { mark: "rect", encoding: { color: colourBy(field, legend, range) } },
      ...(marks.length === 0 ? [] : [markLayer(options, marks)]),
      {
        mark: { type: "text", style: "cell_value", aria: false },
        encoding: {
          text: { field: "label", type: "nominal" },
          color: inkOn(options),
        },
      },
    ],
  };
}

function inkOn({ field, range }: ValueMapOptions) {
  const test = `abs(datum.${field}) > ${drawn(0.7 * colourBound(range))}`;
  return { condition: { test, value: "white" }, value: "black" };
}

function markLayer(options: ValueMapOptions, marks: readonly string[]): object {
  return {
    transform: [{ filter: "isValid(datum.mark)" }],
    mark: { type: "point", style: "cell_mark", aria: false },
    encoding: {
      x: { ...options.x, bandPosition: 0.9 },
      y: { ...options.y, bandPosition: 0.16 },
      shape: {
        field: "mark",
        type: "nominal",
        title: null,
        scale: { domain: [...marks], range: marks.map(markShape) },
        legend: {
          symbolFillColor: "black",
          symbolStrokeColor: "black",
          symbolStrokeWidth: 0.8,
          symbolSize: 16,
        },
      },
      fill: inkOn(options),
      stroke: inkOn(options),
    },
  };
}

/** The width of a letter of a printed value in the shipped font, in ems: a minus sign is wider, a point narrower. */
const LETTER = 0.636;

/** The room beside, above and between maps on a screen, about. */
const AROUND = { sides: 130, column: 14, top: 120, line: 60 };
const SCREEN_ROOM = 870;

/** The least width of a cell with a printed value. */
const NARROW = 22;

/** The maps side by side on a screen: two, or all three of three, such as both sides together and each alone, where their values have room. */
export function mapsSideBySide(maps: number, across: number): number {
  return maps === 3 && 3 * across * NARROW <= SCREEN_ROOM ? 3 : 2;
}

/** The changes to a screen's sizes that make the maps of a large model fit, and their values fit into the cells. */
export function mapFit({ across, down, columns, labels }: {
  readonly across: number;
  readonly down: number;
  readonly columns: number;
  readonly labels: readonly string[];
}): { readonly fit: Fit; readonly panelWidth: number } {
  const { cell, width, height, leastFontSize, fontSize } = SCREEN;
  const room = width - AROUND.sides - AROUND.column * (columns - 1);
  const stretch = Math.min(1, room / (across * cell.width));
  const squeeze = Math.max(
    (fontSize + 1) / cell.height,
    Math.min(1, (height - AROUND.top) / (down * cell.height + AROUND.line)),
  );
  const widest = LETTER * greatest([0, ...labels.map(({ length }) => length)]);
  const size = Math.floor(
    10 * Math.min(fontSize - 2, (cell.width * stretch - 2) / widest, cell.height * squeeze - 2),
  ) / 10;
  return {
    fit: { stretch, squeeze, cellValue: size >= leastFontSize ? size : 0 },
    panelWidth: across / columns * cell.width * stretch,
  };
}

interface ColourRange {
  readonly low: number;
  readonly high: number;
}

/** Finds the range that holds all values and 0, so that a map of one sign uses one half of the colours only; values beyond `most` have the colour of the end. */
export function colourRange(values: readonly number[], most = Infinity): ColourRange {
  const end = (value: number) => value > 0 ? Math.min(niceCeil(value), most) : 0;
  const high = end(greatest(values));
  const low = end(greatest(values.map((value) => -value)));
  return high === 0 && low === 0 ? { low: 0, high: 1 } : { low: low === 0 ? 0 : -low, high };
}

export function colourBound({ low, high }: ColourRange): number {
  return Math.max(-low, high);
}

export function colourScale(range: ColourRange) {
  const bound = colourBound(range);
  const share = (value: number) => (1 + value / bound) / 2;
  return {
    scheme: { name: "blueorange" as const, extent: [share(range.low), share(range.high)] },
    domain: [range.low, range.high],
    clamp: true,
  };
}

/** An end of the colours is labelled in the legend unless it is closer to 0 than this share of the range. */
const LEAST_APART = 0.25;

/** The values that a legend labels: 0 and both ends, or the middle instead of an end that is next to 0. */
export function colourTicks({ low, high }: ColourRange): number[] {
  const least = LEAST_APART * (high - low);
  if (-low < least) return [0, drawn(high / 2), high];
  if (high < least) return [low, drawn(low / 2), 0];
  return [low, 0, high];
}

function colourBy(field: string, title: string, range: ColourRange) {
  return {
    field,
    type: "quantitative" as const,
    title,
    scale: colourScale(range),
    // With a precision: without one, Vega rounds the labels to the distance of ticks of its own.
    legend: { values: colourTicks(range), format: ".3~g" },
  };
}
