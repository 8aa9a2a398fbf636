/** Marks that are drawn to the scale of their view, as in a picture whose texts and lines have fixed places. */

import type { Part } from "../charts/axis_sharing.ts";
import { TO_SCALE } from "../charts/theme.ts";

/** The sizes of a mark that are lengths. */
const LENGTHS = ["fontSize", "lineHeight", "strokeWidth", "cornerRadius"];

/** Multiplies the sizes of a view's mark by that by which the view is wider, if it has the style for it. */
export function scaled(view: Part, factor: number): Part {
  const { mark, encoding } = view as { readonly mark?: Part; readonly encoding?: Part };
  if (mark?.["style"] !== TO_SCALE) return view;
  const sizes = Object.entries(mark).map(([name, value]) => [
    name,
    typeof value !== "number"
      ? value
      : LENGTHS.includes(name)
      ? value * factor
      : name === "size"
      ? value * factor ** 2
      : value,
  ]);
  return {
    ...view,
    mark: Object.fromEntries(sizes),
    encoding: {
      ...encoding,
      ...withRange(encoding, "strokeWidth", factor),
      ...withRange(encoding, "size", factor ** 2), // an area
    },
  };
}

/** A channel with another range, if there is such a channel. */
function withRange(encoding: Part | undefined, channel: string, factor: number): Part {
  const encoded = encoding?.[channel] as
    | { readonly scale?: { readonly range?: readonly number[] } }
    | undefined;
  const range = encoded?.scale?.range;
  if (range === undefined) return {};
  const scale = { ...encoded!.scale, range: range.map((end) => end * factor) };
  return { [channel]: { ...encoded, scale } };
}
