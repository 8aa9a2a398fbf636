/** Marks in the cells of a map: what a colour does not show. */

import { colourBound, type ColourRange } from "./colour_range.ts";

/** A value with its interval. */
export interface Estimate {
  /** The value. */
  readonly value: number;
  /** Lower bound; undefined if there is no interval. */
  readonly low?: number | undefined;
  /** Upper bound; undefined if there is no interval. */
  readonly high?: number | undefined;
}

/** The marks in the order of the legend, with their shapes. */
const SHAPES: ReadonlyMap<string, string> = new Map([
  ["95 % interval includes 0", "circle"],
  ["no interval", "cross"],
  ["beyond the colours", "triangle-up"],
  ["beyond, interval includes 0", "square"],
  ["beyond, no interval", "diamond"],
]);

/** An interval that is narrower belongs to a value that the method fixes. */
const LEAST_INTERVAL = 1e-6;

/** Below this share of the range, a value beyond it looks like one at its end. */
const LEAST_EXCESS = 0.005;

/**
 * What marks a cell: a dot if the value's interval includes 0, a cross if there is no interval, and a triangle if the value is beyond
 * the range of the colours. A value whose interval is a point has no mark, since the method itself fixes it.
 *
 * @param estimate The value.
 * @param range The range of the colours.
 * @returns The mark's name in the legend; undefined for a cell without a mark.
 */
export function cellMark({ value, low, high }: Estimate, range: ColourRange): string | undefined {
  const spare = LEAST_EXCESS * colourBound(range);
  const isBeyond = value > range.high + spare || value < range.low - spare;
  const doubt = doubtOf({ low, high });
  if (!isBeyond) return doubt;
  if (doubt === undefined) return "beyond the colours";
  return doubt === "no interval" ? "beyond, no interval" : "beyond, interval includes 0";
}

function doubtOf({ low, high }: Omit<Estimate, "value">): string | undefined {
  if (low === undefined || high === undefined) return "no interval";
  const isCertain = low > 0 || high < 0 || high - low < LEAST_INTERVAL;
  return isCertain ? undefined : "95 % interval includes 0";
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
 * @returns An empty text if there are none.
 */
export function marksText(marks: readonly string[]): string {
  const parts = [
    ...(marks.some((mark) => mark.endsWith("includes 0"))
      ? ["a 95 % interval (bootstrap over clusters of rows) that includes 0"]
      : []),
    ...(marks.some((mark) => mark.endsWith("no interval"))
      ? ["too few distinct sentence pairs for an interval"]
      : []),
    ...(marks.some((mark) => mark.startsWith("beyond")) ? ["a value beyond the colours"] : []),
  ];
  return parts.length === 0 ? "" : `Marks in corners: ${parts.join("; ")}.`;
}
