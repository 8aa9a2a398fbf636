/** The parts that all charts share: the head of a spec, number formats and titles. */

import { controlIn } from "./row_control.ts";
import stringify from "json-stringify-pretty-compact";
import type { TopLevelSpec } from "vega-lite";
import { NEGATIONS } from "../data/pairs.ts";
import type { Sources } from "../reading/path.ts";
import { houseStyle } from "./theme.ts";
import { SCREEN } from "./venues.ts";

/** A Vega-Lite chart with its data in it, as a `.vl.json` file holds it. All charts have these properties. */
export interface ChartSpec {
  /** The version of Vega-Lite that understands it. */
  readonly $schema: string;
  /** What the chart shows, for readers who cannot see it. */
  readonly description: string;
  /** Checksums of the model and the data under `negscope`. */
  readonly usermeta: Readonly<Record<string, unknown>>;
  /** The kit's style at the sizes of a screen, so that the chart looks the same wherever it is opened. */
  readonly config: object;
}

/** What a chart needs besides its table. */
export interface ChartOptions {
  /** Checksums of the model and the data, kept in the spec's `usermeta`. */
  readonly sources: Sources;
  /** What the intervals keep together, as captions name it: `sentence pairs` or `subject nouns`. @default {"sentence pairs"} */
  readonly clusters?: string;
}

/** What the intervals of a chart keep together, in the words of a caption. */
export function clustersOf(
  { clusters = "sentence pairs" }: Pick<ChartOptions, "clusters">,
): string {
  return clusters;
}

/** How intervals were made, for captions: `bootstrap over sentence pairs`. */
export function bootstrapText(options: Pick<ChartOptions, "clusters">): string {
  return `bootstrap over ${clustersOf(options)}`;
}

export type Panel = Extract<TopLevelSpec, { concat: unknown }>["concat"][number];

/** The background of a map, visible if a cell is missing: a grey that differs from every colour of the scale. */
export const NO_CELL = "#d9d9d9";

/** The styles of a panel's title: Vega's own, then the kit's. */
export const PANEL_TITLE = ["group-title", "panel_title"];

/** Gives a mark the text in its row's `tip`, as a tooltip and, in SVG, as the label that screen readers read aloud. */
export const TIP = {
  tooltip: { field: "tip", type: "nominal" },
  description: { field: "tip", type: "nominal" },
} as const;

/** Bounds of a value; undefined if there is no interval. */
export interface Bounds {
  /** The lower bound. */
  readonly low?: number | undefined;
  /** The upper bound. */
  readonly high?: number | undefined;
}

/** Both ends of a value's interval, drawn; the value itself in place of one that it lacks. */
export function drawnEnds(value: number, { low, high }: Bounds): [number, number] {
  return [drawn(low ?? value), drawn(high ?? value)];
}

/** An estimate for a `tip`, to three significant digits: `−0.431 [−0.474, −0.382]`; without an interval, only the estimate. */
export function tipEstimate(estimate: number, bounds: Bounds = {}): string {
  const format = (value: number) => `${Number(value.toPrecision(3))}`.replace("-", "−");
  return withBounds(estimate, bounds, format);
}

/** An estimate with its interval, for titles: `−.22 [−.34, −.09]`; without an interval, only the estimate. */
export function estimateText(estimate: number, bounds: Bounds): string {
  return withBounds(estimate, bounds, shortNumber);
}

function withBounds(
  estimate: number,
  { low, high }: Bounds,
  format: (value: number) => string,
): string {
  const known = low !== undefined && high !== undefined;
  return known ? `${format(estimate)} [${format(low)}, ${format(high)}]` : format(estimate);
}

/** The `tip` of a row: what it is, its value with the interval, and the number of what it is a mean of, if the table has it. */
export function tipOf(
  what: string,
  value: number,
  { row, ...bounds }: Bounds & { readonly row: object },
): string {
  const n = "n" in row && row.n !== undefined ? `, n = ${row.n}` : "";
  const control = controlIn(row);
  const beside = control?.value === undefined
    ? ""
    : `, control ${control.control} ${tipEstimate(control.value)}`;
  return `${what} ${tipEstimate(value, bounds)}${n}${beside}`;
}

/** What the head of a spec holds besides its alt text. */
export interface SpecHeadOptions extends ChartOptions {
  /** A caption that defines what the chart shows, for a paper's figure. @default {the alt text} */
  readonly caption?: string;
}

/** The common beginning of every spec: its schema (what Vega-Lite 5 and 6 share), alt text, sources and caption. */
export function specHead(description: string, { sources, caption }: SpecHeadOptions): ChartSpec {
  const { model, data } = sources;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description,
    usermeta: { negscope: { model, data, ...(caption !== undefined && { caption }) } },
    config: houseStyle(SCREEN),
  };
}

const NO_ROWS = "no rows to draw";

/** Whether a chart is one of a table without rows. */
export function isEmptyChart(spec: ChartSpec): boolean {
  return spec.description.endsWith(`: ${NO_ROWS}.`);
}

/** The chart for a table without rows. */
export function emptyChart(title: string, options: ChartOptions): ChartSpec {
  return {
    ...specHead(`${title}: ${NO_ROWS}.`, options),
    title,
    data: { values: [{ text: NO_ROWS }] },
    mark: "text",
    encoding: { text: { field: "text", type: "nominal" } },
  } as ChartSpec;
}

/** The text of a spec's `.vl.json` file: keys in the chart's order, and each row of data on one line if it fits. */
export function specText(spec: ChartSpec): string {
  return `${stringify(spec, { maxLength: 160 })}\n`;
}

/** A number rounded for drawing, to 6 significant digits. */
export function drawn(value: number): number {
  return Number(value.toPrecision(6));
}

/** A number with two digits after the point, as the paper prints it: `.32`, `−.05`, `1.04`; only exact whole numbers become `0` or `1`. */
export function shortNumber(value: number): string {
  return decimals(value, 2);
}

/** A number with the given digits after the point, no leading 0 and a true minus sign; only exact whole numbers have no digits. */
export function decimals(value: number, digits: number): string {
  const text = Number.isInteger(value)
    ? `${Math.abs(value)}`
    : Math.abs(value).toFixed(digits).replace(/^0/, "");
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A round end that includes a value, above it by at most a fifth of its leading digit's place; 1 if there is no value. */
export function niceCeil(value: number): number {
  if (!(value > 0)) return 1;
  const step = 10 ** Math.floor(Math.log10(value)) / 5;
  return drawn(Math.ceil(drawn(value / step)) * step);
}

/** The largest of any number of values, which a call of `Math.max` could not all take; -Infinity if there is none. */
export function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

/** The range of an axis that holds all values, with a margin of a twentieth at either end. */
export function axisRange(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = greatest(values);
  const spare = most > least ? (most - least) / 20 : 0.5;
  return [drawn(least - spare), drawn(most + spare)];
}

const SEGMENTS = ["correct", "incorrect", "ambiguous", "all"];

/** The caption of a spec, else its alt text; undefined if it has neither, as a spec that the kit did not make. */
export function captionOf(spec: object): string | undefined {
  const { usermeta, description } = spec as {
    usermeta?: { negscope?: { caption?: unknown } };
    description?: unknown;
  };
  const caption = usermeta?.negscope?.caption ?? description;
  return typeof caption === "string" && caption.trim() !== "" ? caption : undefined;
}

/** The groups of rows in the order of the paper's figures: each segment's foil-negated rows, then its caption-negated rows. */
export function groupsInOrder<Row extends { readonly negation: string; readonly segment: string }>(
  rows: readonly Row[],
): readonly (readonly Row[])[] {
  const place = (group: readonly Row[]) => {
    const { negation, segment } = group[0]!;
    return 2 * SEGMENTS.indexOf(segment) + (negation === "foil" ? 0 : 1);
  };
  const groups = groupsOf(rows, ({ negation, segment }) => `${negation} ${segment}`);
  return groups.toSorted((a, b) => place(a) - place(b));
}

export function groupsOf<Row>(
  rows: readonly Row[],
  key: (row: Row) => string,
): readonly (readonly Row[])[] {
  return [...Map.groupBy(rows, key).values()];
}

export function sidesOf<Row extends { readonly negation: string }>(
  rows: readonly Row[],
): readonly (readonly Row[])[] {
  const sides: readonly string[] = NEGATIONS;
  const place = (side: readonly Row[]) => sides.indexOf(side[0]!.negation);
  return groupsOf(rows, ({ negation }) => negation).toSorted((a, b) => place(a) - place(b));
}

/** The title of a group of pairs, e.g. `foil-negated, correct (n = 81)`; n is the largest among its rows. */
export function pairGroupTitle(
  group: readonly { negation: string; segment: string; n: number }[],
): string {
  const { negation, segment } = group[0]!;
  return `${negation}-negated, ${segment} (n = ${greatest(group.map((row) => row.n))})`;
}

/** The title of a negated side, e.g. `foil-negated (n = 240)`; n is the largest among its rows. */
export function sideTitle(side: readonly { negation: string; n: number }[]): string {
  return `${side[0]!.negation}-negated (n = ${greatest(side.map((row) => row.n))})`;
}

export function titledSides<Row extends { readonly negation: string; readonly n: number }>(
  rows: readonly Row[],
) {
  return sidesOf(rows).map((rows) => ({ title: sideTitle(rows), rows }));
}
