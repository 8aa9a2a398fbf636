/** Axes of numbers, and what marks span along them: the same in scatter plots, lines and bars. */

/** The axes of a panel, as the channels of its marks. */
export interface Positions {
  readonly x: object;
  readonly y: object;
}

/** What an axis shows besides its field. */
export interface NumberAxisOptions {
  readonly title: string | readonly string[];
  /** The values at both ends. */
  readonly range: readonly [number, number];
  /** Further properties of the scale. */
  readonly scale?: object;
  /** Properties of ticks and labels. @default {Vega's own} */
  readonly axis?: object | undefined;
}

export function numberAxis(
  field: string,
  { title, range, scale = {}, axis }: NumberAxisOptions,
) {
  return {
    field,
    type: "quantitative" as const,
    title: typeof title === "string" ? title : [...title],
    scale: { domain: [...range], nice: false, ...scale },
    ...(axis !== undefined && { axis }),
  };
}

/** Ticks at these values: Vega leaves out every other value beyond the wished number. */
export function ticksAt(values: readonly number[], labels: object): object {
  return { values: [...values], tickCount: 100, ...labels };
}

/** The channels of a mark that reaches from one field of the data to another. */
export function span(channel: "x" | "y", axis: object, [from, to] = ["low", "high"]): object {
  return { [channel]: { ...axis, field: from }, [`${channel}2`]: { field: to } };
}

/** Lines across a panel at the values of a field. */
export function ruleLayer(
  channel: "x" | "y",
  axis: object,
  { field, values, mark = {} }: {
    readonly field: string;
    readonly values: readonly object[];
    readonly mark?: object;
  },
): object {
  return {
    data: { values },
    mark: { type: "rule", ...mark },
    encoding: { [channel]: { ...axis, field } },
  };
}
