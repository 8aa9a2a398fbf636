/** What all charts have in common: their head, their digits, their words. */

import stringify from "json-stringify-pretty-compact";
import type { TopLevelSpec } from "vega-lite";
import type { Sources } from "../files/sources.ts";

/** A Vega-Lite chart with its data in it: what a `.vl.json` file holds. These three are what all charts have. */
export interface ChartSpec {
  /** The version of Vega-Lite that understands it. */
  readonly $schema: string;
  /** What is seen, for those who cannot see it. */
  readonly description: string;
  /** Checksums of the model and the data under `negscope`. */
  readonly usermeta: Readonly<Record<string, unknown>>;
}

/** What a chart is made from besides its table. */
export interface ChartOptions {
  /** Checksums of the model and the data, kept in the spec's `usermeta`. */
  readonly sources: Sources;
}

/** One view among several. */
export type Panel = Extract<TopLevelSpec, { concat: unknown }>["concat"][number];

/** The ground of a map, seen where it has no cell: a grey that no colour of the scale can be taken for. */
export const NO_CELL = "#d9d9d9";

/** The style of a panel's title: Vega's own, then the house's. */
export const PANEL_TITLE = ["group-title", "panel_title"];

/**
 * How a mark answers when it is pointed at: with the text in its row's `tip`, shown as a tooltip and, as SVG, read aloud.
 */
export const TIP = {
  tooltip: { field: "tip", type: "nominal" },
  description: { field: "tip", type: "nominal" },
} as const;

/** An estimate as a `tip` tells it, to three significant digits: `−0.431 [−0.474, −0.382]`; without an interval the estimate alone. */
export function toldEstimate(
  estimate: number,
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined } = {},
): string {
  const told = (value: number) => `${Number(value.toPrecision(3))}`.replace("-", "−");
  const bounds = low === undefined || high === undefined ? "" : ` [${told(low)}, ${told(high)}]`;
  return told(estimate) + bounds;
}

/** The common beginning of every spec: its schema (what Vega-Lite 5 and 6 share), alt text and sources. */
export function specHead(description: string, { sources }: ChartOptions): ChartSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description,
    usermeta: { negscope: { model: sources.model, data: sources.data } },
  };
}

/** What stands in a chart's place where its table has no rows. */
export function emptyChart(title: string, options: ChartOptions): ChartSpec {
  const spec = {
    ...specHead(`${title}: no rows to draw.`, options),
    title,
    data: { values: [{ text: "no rows to draw" }] },
    mark: "text",
    encoding: { text: { field: "text", type: "nominal" } },
  } satisfies TopLevelSpec;
  return spec;
}

/** A spec as the text of its `.vl.json` file: keys in the order in which the chart names them, a row of data in a line where it fits. */
export function specText(spec: ChartSpec): string {
  return `${stringify(spec, { maxLength: 160 })}\n`;
}

/** A number as it is drawn: rounded to 6 significant digits. */
export function drawn(value: number): number {
  return Number(value.toPrecision(6));
}

/** Two digits after the point as the paper prints them: `.32`, `−.05`, `1.04`; only what is exactly whole is `0` or `1`. */
export function shortNumber(value: number): string {
  return decimals(value, 2);
}

/** Some digits after the point, without a leading 0 and with a true minus; only what is exactly whole has none. */
export function decimals(value: number, digits: number): string {
  const text = Number.isInteger(value)
    ? `${Math.abs(value)}`
    : Math.abs(value).toFixed(digits).replace(/^0/, "");
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/**
 * The end of an axis or a colour range that holds a value: at most a fifth of its leading digit's place above it, and 1 where
 * there is nothing to hold.
 */
export function niceCeil(value: number): number {
  if (!(value > 0)) return 1;
  const step = 10 ** Math.floor(Math.log10(value)) / 5;
  return drawn(Math.ceil(drawn(value / step)) * step);
}

/** The range of an axis that holds all values, with a twentieth of it to spare at either end. */
export function axisRange(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const spare = most > least ? (most - least) / 20 : 0.5;
  return [drawn(least - spare), drawn(most + spare)];
}

/** An estimate with its interval as titles print it: `−.22 [−.34, −.09]`; without an interval the estimate alone. */
export function estimateText(
  estimate: number,
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined },
): string {
  const bounds = low === undefined || high === undefined
    ? ""
    : ` [${shortNumber(low)}, ${shortNumber(high)}]`;
  return `${shortNumber(estimate)}${bounds}`;
}

/** Rows by the text of a key, in the order of first appearance. */
export function groupsOf<Row>(
  rows: readonly Row[],
  key: (row: Row) => string,
): readonly (readonly Row[])[] {
  return [...Map.groupBy(rows, key).values()];
}

/** A group of pairs in words, e.g. `foil-negated, correct (n = 81)`: n is the largest of its rows. */
export function pairGroupTitle(
  group: readonly { negation: string; segment: string; n: number }[],
): string {
  const { negation, segment } = group[0]!;
  return `${negation}-negated, ${segment} (n = ${Math.max(...group.map((row) => row.n))})`;
}

/** A negated side in words, e.g. `foil-negated (n = 240)`: n is the largest of its rows. */
export function sideTitle(side: readonly { negation: string; n: number }[]): string {
  return `${side[0]!.negation}-negated (n = ${Math.max(...side.map((row) => row.n))})`;
}
