/** Marks in the cells of a map: what a colour does not show. */

import { colourBound, type ColourRange } from "./colour_range.ts";
import { bootstrapText, type ChartOptions, clustersOf } from "./spec.ts";

/** A cell's value with its interval. */
export interface MarkedValue {
  /** The value. */
  readonly value: number;
  /** Lower bound; undefined if there is no interval. */
  readonly low?: number | undefined;
  /** Upper bound; undefined if there is no interval. */
  readonly high?: number | undefined;
  /** Whether the method fixes the value for every model, which leaves no doubt about it. @default {false} */
  readonly isFixed?: boolean;
  /** What the interval is of: the value, or its distance above the exchanged sentences'. @default {"0"} */
  readonly apartFrom?: "0" | "the exchanged sentences";
}

/** The mark of a value that may be no larger than that of the exchanged sentences. */
const NOT_ABOVE = "not above exchanged sentences";

/** The marks in the order of the legend, with their shapes. */
const SHAPES: ReadonlyMap<string, string> = new Map([
  ["own 95 % interval includes 0", "circle"],
  [NOT_ABOVE, "circle"],
  ["no interval", "cross"],
  ["beyond the colours", "triangle-up"],
  ["beyond, interval includes 0", "square"],
  ["beyond, no interval", "diamond"],
]);

/** Below this share of the range, a value beyond it looks like one at its end. */
const LEAST_EXCESS = 0.005;

/**
 * What marks a cell: a dot if the value's interval includes 0, a cross if there is no interval, and a triangle if the value is beyond
 * the range of the colours. The interval is the cell's own, not one that allows for the choice among all cells of a map.
 *
 * @param estimate The value; one that the method fixes has no doubt.
 * @param range The range of the colours.
 * @returns The mark's name in the legend; undefined for a cell without a mark.
 */
export function cellMark(
  { value, low, high, isFixed = false, apartFrom = "0" }: MarkedValue,
  range: ColourRange,
): string | undefined {
  const spare = LEAST_EXCESS * colourBound(range);
  const isBeyond = value > range.high + spare || value < range.low - spare;
  const doubt = isFixed ? undefined : doubtOf({ low, high, apartFrom });
  if (!isBeyond) return doubt;
  if (doubt === undefined) return "beyond the colours";
  return doubt === "no interval" ? "beyond, no interval" : "beyond, interval includes 0";
}

function doubtOf({ low, high, apartFrom }: Omit<MarkedValue, "value">): string | undefined {
  if (low === undefined || high === undefined) return "no interval";
  if (apartFrom === "the exchanged sentences") return low > 0 ? undefined : NOT_ABOVE;
  return low > 0 || high < 0 ? undefined : "own 95 % interval includes 0";
}

/** Whether a mark, or none, leaves no doubt about the value. */
export function isCertainMark(mark: string | undefined): boolean {
  return mark === undefined || mark === "beyond the colours";
}

/** The marks among some, each once, in the order of the legend. */
export function marksInOrder(marks: Iterable<string | undefined>): string[] {
  const present = new Set(marks);
  return [...SHAPES.keys()].filter((mark) => present.has(mark));
}

/** The shape of a mark, for a scale's range. */
export function markShape(mark: string): string {
  return SHAPES.get(mark)!;
}

/**
 * What the marks mean, for a caption: a sentence.
 *
 * @param marks The marks of a chart.
 * @param options What the intervals keep together.
 * @returns An empty text if there are none.
 */
export function marksText(
  marks: readonly string[],
  options: Pick<ChartOptions, "clusters">,
): string {
  const parts = [
    ...(marks.some((mark) => mark.endsWith("includes 0"))
      ? [`a 95 % interval of the cell alone (${bootstrapText(options)}) that includes 0`]
      : []),
    ...(marks.includes(NOT_ABOVE)
      ? [
        `a selectivity that is not above that of the exchanged sentences (95 % interval of the difference, ${
          bootstrapText(options)
        })`,
      ]
      : []),
    ...(marks.some((mark) => mark.endsWith("no interval"))
      ? [`too few distinct ${clustersOf(options)} for an interval`]
      : []),
    ...(marks.some((mark) => mark.startsWith("beyond")) ? ["a value beyond the colours"] : []),
  ];
  return parts.length === 0 ? "" : `Marks in corners: ${parts.join("; ")}.`;
}
