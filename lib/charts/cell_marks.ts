/** What a colour does not show of a cell: that its value is uncertain, or lies beyond the colours. */

import { colourBound, type ColourRange } from "./value_map.ts";
import { bootstrapText, type ChartOptions, clustersOf } from "./spec.ts";

/** A cell's value with its interval. */
export interface MarkedValue {
  /** The value. */
  readonly value: number;
  /** Undefined if there is no interval. */
  readonly low?: number | undefined;
  /** Undefined if there is no interval. */
  readonly high?: number | undefined;
  /** Whether the method fixes the value for every model, which leaves no doubt about it. @default {false} */
  readonly isFixed?: boolean;
  /** What the interval is of: the value, or its distance above the exchanged sentences'. @default {"0"} */
  readonly apartFrom?: "0" | "the exchanged sentences";
  /** Whether the value is beyond that of its control. @default {there is no control, or that cannot be told} */
  readonly isSpecific?: boolean | undefined;
}

/** How the cells of a chart show doubt: by marks in their corners. Colours are never faded: on their scale a pale one is a smaller value. */
export interface CellMarks {
  /** The mark of each cell, in the order of the cells; undefined for a cell without one. */
  readonly marks: readonly (string | undefined)[];
  readonly certain: readonly boolean[];
  /** What the marks mean, for a caption; an empty text if there are none. */
  readonly text: string;
}

const INCLUDES_0 = "own 95 % interval includes 0";
const NOT_ABOVE = "not above exchanged sentences";
const NO_INTERVAL = "no interval";
const NOT_SPECIFIC = "not beyond the control";

/** The marks in the order of the legend, with their shapes. */
const SHAPES: ReadonlyMap<string, string> = new Map([
  [INCLUDES_0, "circle"],
  [NOT_ABOVE, "circle"],
  [NO_INTERVAL, "cross"],
  [NOT_SPECIFIC, "triangle-down"],
  ["beyond the colours", "triangle-up"],
  ["beyond, interval includes 0", "square"],
  ["beyond, no interval", "diamond"],
]);

/** Below this share of the range, a value beyond it looks like one at its end. */
const LEAST_EXCESS = 0.005;

/**
 * Decides how cells show that their interval includes 0, that there is none, or that the value is beyond the range of the colours.
 * Intervals are the cells' own, which do not allow for the choice among all cells of a map.
 */
export function markCells(
  cells: readonly MarkedValue[],
  range: ColourRange,
  options: Pick<ChartOptions, "clusters">,
): CellMarks {
  const doubts = cells.map(doubtOf);
  const marks = cells.map((cell, i) => {
    const doubt = doubts[i];
    if (!isBeyond(cell, range)) return doubt;
    if (doubt === undefined || doubt === NOT_SPECIFIC) return "beyond the colours";
    return doubt === NO_INTERVAL ? "beyond, no interval" : "beyond, interval includes 0";
  });
  const certain = doubts.map((doubt) => doubt === undefined);
  return { marks, certain, text: sentence(legendOf(marks), options) };
}

function isBeyond({ value }: MarkedValue, range: ColourRange): boolean {
  const spare = LEAST_EXCESS * colourBound(range);
  return value > range.high + spare || value < range.low - spare;
}

function doubtOf({ low, high, isFixed, apartFrom, isSpecific }: MarkedValue): string | undefined {
  if (isFixed === true) return undefined;
  if (low === undefined || high === undefined) return NO_INTERVAL;
  if (apartFrom === "the exchanged sentences" && low <= 0) return NOT_ABOVE;
  if (low <= 0 && high >= 0) return INCLUDES_0;
  return isSpecific === false ? NOT_SPECIFIC : undefined;
}

export function legendOf(names: Iterable<string | undefined>): string[] {
  const present = new Set(names);
  return [...SHAPES.keys()].filter((name) => present.has(name));
}

export function markShape(mark: string): string {
  return SHAPES.get(mark)!;
}

/** What the marks mean, as a sentence; an empty text if there are none. */
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
    names.some((name) => name.startsWith("beyond")) && "a value beyond the colours",
  ].filter((part) => part !== false);
  return parts.length === 0 ? "" : `Marks in corners: ${parts.join("; ")}.`;
}
