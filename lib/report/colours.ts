/** The colours of map cells, for pictures that Vega does not draw. */

import { NO_CELL } from "../charts/spec.ts";

/** Red, green and blue, from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The colour of a value; undefined stands for a missing value. */
export type ColourScale = (value: number | undefined) => Rgb;

const LEVELS = 512; // even, so that 0 has a separate level

/**
 * Loads the colours of the charts' maps: blue below 0, orange above.
 *
 * @param bound The value at either end of the colours; values beyond it have the colour of that end.
 */
export async function loadColourScale(bound: number): Promise<ColourScale> {
  const { scheme } = await import("vega");
  const interpolate: (share: number) => string = scheme("blueorange");
  const levels = Array.from({ length: LEVELS + 1 }, (_, i) => rgbOf(interpolate(i / LEVELS)));
  const none = rgbOf(NO_CELL);
  return (value) => {
    if (value === undefined) return none;
    const share = (Math.max(-1, Math.min(1, value / bound)) + 1) / 2;
    return levels[Math.round(share * LEVELS)]!;
  };
}

/** The numbers of a colour such as `rgb(153, 74, 7)` or `#d9d9d9`. */
function rgbOf(colour: string): Rgb {
  const parts = colour.startsWith("#")
    ? colour.slice(1).match(/../g)!.map((digits) => parseInt(digits, 16))
    : colour.match(/\d+/g)!.map(Number);
  const [red, green, blue] = parts;
  return [red!, green!, blue!];
}
