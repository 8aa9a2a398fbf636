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
  const channels = Object.entries(encoding ?? {}).map(([channel, encoded]) => [
    channel,
    scaledChannel(channel, encoded as Channel, factor),
  ]);
  return { ...view, mark: Object.fromEntries(sizes), encoding: Object.fromEntries(channels) };
}

interface Channel {
  readonly scale?: { readonly range?: readonly number[] };
  readonly legend?: { readonly symbolStrokeWidth?: number } | null;
}

/** The powers of a length by which the ranges of channels grow. */
const POWERS: Readonly<Record<string, number>> = { strokeWidth: 1, size: 2 };

function scaledChannel(channel: string, encoded: Channel, factor: number): Channel {
  const [power, range] = [POWERS[channel], encoded.scale?.range];
  const width = encoded.legend?.symbolStrokeWidth;
  return {
    ...encoded,
    ...(power !== undefined && range !== undefined && {
      scale: { ...encoded.scale, range: range.map((end) => end * factor ** power) },
    }),
    ...(width !== undefined && {
      legend: { ...encoded.legend, symbolStrokeWidth: width * factor },
    }),
  };
}
