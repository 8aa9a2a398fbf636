/** The colours of a map: 0 is always the same pale grey, and a value and its negative are equally strong. */

import { drawn, greatest, niceCeil } from "./spec.ts";

/** The values at the ends of a map's colours. */
export interface ColourRange {
  /** The lowest, at most 0. */
  readonly low: number;
  /** The highest, at least 0. */
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

/** The scale of the colours, blue below 0 and orange above: the part of the scheme that the range needs. */
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

/** A field that colours show, with a legend of its own numbers. */
export function colourBy(field: string, title: string, range: ColourRange) {
  return {
    field,
    type: "quantitative" as const,
    title,
    scale: colourScale(range),
    // With a precision: without one, Vega rounds the labels to the distance of ticks of its own.
    legend: { values: colourTicks(range), format: ".3~g" },
  };
}
