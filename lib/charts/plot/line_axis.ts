/** The horizontal axis of lines: where it begins and ends, its ticks, and where a value stands on it. */

import { axisRange } from "../spec.ts";
import { placesInOrder } from "../value_map.ts";

export interface LineAxis {
  readonly range: readonly [number, number];
  readonly ticks: readonly number[];
  /** Where a value of x stands, if series stand side by side. */
  readonly placeOf?: (x: number) => number;
  /** The labels, as properties of an axis in Vega-Lite. */
  readonly labels: object;
  readonly padding?: number;
}

/** Space at both ends of an axis of numbers, whose first and last points may have labels. */
const PADDING = 20;

/** The axis of all panels, on which these values of x are. */
export function lineAxis(
  kind: "counts" | "sizes" | "numbers" | "depth",
  all: readonly number[],
): LineAxis {
  const values = placesInOrder(all);
  if (kind === "numbers") {
    return {
      range: axisRange(values),
      ticks: values,
      labels: { format: "~g", labelSeparation: 3 },
      padding: PADDING,
    };
  }
  if (kind === "depth") {
    return { range: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], labels: { format: "~g" }, padding: 5 };
  }
  if (kind === "sizes") {
    return {
      range: [-0.5, values.length - 0.5],
      ticks: [...values.keys()],
      placeOf: (x) => values.indexOf(x),
      labels: { labelExpr: `${JSON.stringify(values)}[datum.value]`, labelOverlap: false },
    };
  }
  const [least, most] = [Math.min(values[0] ?? 1, 1), values.at(-1) ?? 1];
  return {
    range: [least - 0.5, most + 0.5],
    ticks: Array.from({ length: most - least + 1 }, (_, i) => least + i),
    placeOf: (x) => x,
    labels: { format: "d", labelSeparation: 3 },
  };
}
