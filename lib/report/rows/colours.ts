/** The colours of map cells that the page itself draws. */

/** The number of colours; odd, so that 0 has a separate one. */
const LEVELS = 65;

/** Loads the colours of the charts' maps, as `#rrggbb`: blue for the lowest value, orange for the highest, 0 in the middle. */
export async function loadColours(): Promise<string[]> {
  const { scheme } = await import("vega");
  const interpolate: (share: number) => string = scheme("blueorange");
  return Array.from({ length: LEVELS }, (_, i) => hexOf(interpolate(i / (LEVELS - 1))));
}

/** A colour such as `rgb(153, 74, 7)` in the short form. */
function hexOf(colour: string): string {
  const parts = colour.match(/\d+/g)!.map((part) => Number(part).toString(16).padStart(2, "0"));
  return `#${parts.join("")}`;
}
