/** The head of every spec, and the house style: each chart has it at the sizes of a screen, and a printed picture at those of its venue. */

import stringify from "json-stringify-pretty-compact";
import type { Sources } from "../reading/path.ts";
import { showsItself } from "../tables/table.ts";

export interface Fit {
  readonly stretch: number;
  readonly squeeze: number;
  /** The font size of the values in cells; 0 if they are not printed. */
  readonly cellValue: number;
  /** Whether legends stand one below the other and not in a row, and the most names of each side by side. @default {a row} */
  readonly stacked?: "legends" | number;
}

/** The colours of Okabe and Ito (2008), distinguishable with any colour vision. */
export const OKABE_ITO = {
  orange: "#e69f00",
  skyBlue: "#56b4e9",
  green: "#009e73",
  yellow: "#f0e442",
  blue: "#0072b2",
  vermillion: "#d55e00",
  purple: "#cc79a7",
  black: "#000000",
} as const;

/** The style of marks that have sizes of their own, which are those of a screen: a picture for print makes them smaller with its views. */
export const TO_SCALE = "to_scale";

/** The shipped font, then fonts with letters of the same widths. */
const FONT = "DejaVu Sans, Verdana, sans-serif";

/** Legends one below the other, where a row of them would be wider than the column. */
const STACKED = {
  layout: { top: { direction: "vertical", anchor: "start", margin: 4 } },
};

const INK = "#333333";
const TICKS = 5; // Vega draws 3 to 8 for this wish, since its steps are 1, 2 or 5 times a power of 10
const LEAST_PLOT = 0.5; // below half its height a plot shows nothing, while a map still does

export function asPreset({ fontSize }: Preset): Fit {
  return { stretch: 1, squeeze: 1, cellValue: fontSize - 2 };
}

/** The house style at a preset's sizes, with the styles `cell_value` for a number in a cell, `cell_mark` for a mark across it, and `panel_title`. */
export function houseStyle(preset: Preset, fit: Fit = asPreset(preset)) {
  const { fontSize, gap, cell, plot, columns, padding, isPrint } = preset;
  const { stretch, squeeze, cellValue, stacked } = fit;
  const label = { labelFontSize: fontSize, labelColor: INK, labelLimit: 0 };
  const title = { titleFontSize: fontSize, titleColor: INK, titleLimit: 0 };
  return {
    font: preset.family ?? FONT,
    background: "#ffffff",
    padding,
    axis: {
      ...label,
      ...title,
      titleFontWeight: "normal",
      domainColor: INK,
      tickColor: INK,
      labelAngle: 0,
      grid: false,
      labelPadding: 4,
    },
    axisQuantitative: { tickCount: TICKS },
    header: { ...label, ...title },
    legend: {
      ...label,
      ...title,
      titleFontWeight: "normal",
      offset: 1.5 * gap,
      rowPadding: 1,
      orient: "top",
      direction: "horizontal",
      titleOrient: "left",
      gradientLength: (isPrint ? 8 : 12.5) * fontSize,
      gradientThickness: fontSize,
      ...(stacked !== undefined && STACKED),
      ...(typeof stacked === "number" && { columns: stacked }),
    },
    title: {
      fontSize: fontSize + 1,
      subtitleFontSize: fontSize,
      limit: 0,
      anchor: "start",
      color: INK,
      subtitleColor: INK,
      offset: gap,
    },
    bar: { color: "#767676" },
    text: { color: INK },
    concat: { columns, spacing: 1.4 * gap },
    facet: { spacing: (isPrint ? 0.4 : 0.8) * gap },
    range: { category: Object.values(OKABE_ITO) },
    style: {
      text: { fontSize }, // a size under "text" would override that of a text's own style
      cell_value: cellValue === 0 ? { opacity: 0 } : { fontSize: cellValue },
      cell_mark: { size: markSize(preset, fit), strokeWidth: isPrint ? 0.4 : 0.8 },
      panel_title: { fontSize, fontWeight: "normal" },
    },
    view: {
      stroke: null,
      discreteWidth: { step: cell.width * stretch },
      discreteHeight: { step: cell.height * squeeze },
      continuousWidth: plot.width * stretch,
      continuousHeight: plot.height * Math.max(squeeze, LEAST_PLOT),
    },
  };
}

/** The area of the square around a mark, which leaves most of the cell to its value. */
function markSize({ cell, isPrint }: Preset, { stretch, squeeze }: Fit): number {
  const side = 0.25 * Math.min(cell.width * stretch, cell.height * squeeze);
  const [least, most] = isPrint ? [1.6, 3] : [2.5, 4];
  return Math.min(Math.max(side, least), most) ** 2;
}

/** The sizes that the house style leaves open: points in print, pixels on a screen. */
export interface Preset {
  /** The preset's name, e.g. `icml` for one of its columns and `icml-full` for both. */
  readonly name: string;
  /** The printed width that a picture fills; on a screen what a large map is made to fit. */
  readonly width: number;
  /** The height to fit: in print half of that of the page's text. */
  readonly height: number;
  /** The height of a chart that cannot be so low: in print that of the page's text less the space for a caption. */
  readonly page: number;
  /** Whether sizes are points of 1/72 inch, not pixels. */
  readonly isPrint: boolean;
  /** Pixels of a PNG per unit. */
  readonly density: number;
  /** Space around the picture. */
  readonly padding: number;
  /** Space between a title and the part that it names. */
  readonly gap: number;
  /** Font size of labels and titles. */
  readonly fontSize: number;
  /** The smallest font size at which a map prints its values in the cells. */
  readonly leastFontSize: number;
  /** Width and height of one cell of a map before it is fitted. */
  readonly cell: { readonly width: number; readonly height: number };
  /** Width and height of a plot with a continuous axis before it is fitted. */
  readonly plot: { readonly width: number; readonly height: number };
  /** The number of panels side by side. */
  readonly columns: number;
  /** The file of another font than the shipped one, TrueType or OpenType. @default {DejaVu Sans} */
  readonly font?: string;
  /** The name of that font, which the file says. */
  readonly family?: string;
}

/** For reading in a browser or a notebook. */
export const SCREEN: Preset = {
  name: "screen",
  width: 1040,
  height: 2400,
  page: 2400,
  isPrint: false,
  density: 2,
  padding: 8,
  gap: 10,
  fontSize: 11,
  leastFontSize: 8,
  cell: { width: 30, height: 22 },
  plot: { width: 380, height: 160 },
  columns: 2,
};

const DOTS_PER_INCH = 600; // of a PNG, as venues ask for line art
const POINTS_PER_INCH = 72;
const NARROW = 300; // points: a narrower picture has panels side by side only if the chart says so

const CAPTION = { narrow: 95, wide: 60 }; // points: eight lines in a column, five on a page, with the space above them

interface Page {
  readonly column?: number;
  readonly full: number;
  readonly textHeight: number;
  readonly fontSize: number;
  readonly leastFontSize: number;
}

/**
 * Widths of a column and of the page's text in points: ICML 3.25 and 6.75 inches, NeurIPS 5.5 inches, ACL 7.7 and 16 cm, CVPR 3.28 and
 * 6.88 inches, Nature 89 and 183 mm. Heights of the page's text: ICML and NeurIPS 9 inches, ACL 24.7 cm, CVPR 8.875 inches, Nature
 * 247 mm. Nature asks for text of 5 to 7 points.
 */
const PAGES = {
  icml: { column: 234, full: 486, textHeight: 648, fontSize: 8, leastFontSize: 5 },
  neurips: { full: 396, textHeight: 648, fontSize: 8, leastFontSize: 5 },
  acl: { column: 218, full: 453, textHeight: 700, fontSize: 8, leastFontSize: 5 },
  cvpr: { column: 236, full: 495, textHeight: 639, fontSize: 8, leastFontSize: 5 },
  nature: { column: 252, full: 519, textHeight: 700, fontSize: 7, leastFontSize: 5 },
} as const satisfies Record<string, Page>;

/** Every preset by its name: `screen`, each venue for one column, and `VENUE-full` for the page's width. */
export const VENUES: ReadonlyMap<string, Preset> = new Map(
  [
    SCREEN,
    ...Object.entries(PAGES).flatMap(([venue, page]: [string, Page]) => [
      printed(venue, { page, width: page.column ?? page.full }),
      ...(page.column === undefined ? [] : [printed(`${venue}-full`, { page, width: page.full })]),
    ]),
  ].map((preset) => [preset.name, preset]),
);

function printed(
  name: string,
  { page, width }: { readonly page: Page; readonly width: number },
): Preset {
  const { textHeight, fontSize, leastFontSize } = page;
  const isNarrow = width < NARROW;
  return {
    name,
    width,
    height: textHeight / 2,
    page: textHeight - (isNarrow ? CAPTION.narrow : CAPTION.wide),
    isPrint: true,
    density: DOTS_PER_INCH / POINTS_PER_INCH,
    padding: 1,
    gap: 5,
    fontSize,
    leastFontSize,
    cell: { width: 12, height: 13 },
    plot: { width: 150, height: isNarrow ? 80 : 100 },
    columns: isNarrow ? 1 : 2,
  };
}

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
  /** The model's name, for titles. @default {"the model"} */
  readonly model?: string | undefined;
}

export function clustersOf(
  { clusters = "sentence pairs" }: Pick<ChartOptions, "clusters">,
): string {
  return clusters;
}

/** What a title calls the model; a name that is a plain word could be read as one. */
export function modelOf({ model = "" }: Pick<ChartOptions, "model">): string {
  return /^[a-z]*$/.test(model) ? `the model ${model}`.trimEnd() : model;
}

/** How intervals were made, for captions: `bootstrap over sentence pairs`. */
export function bootstrapText(options: Pick<ChartOptions, "clusters">): string {
  return `bootstrap over ${clustersOf(options)}`;
}

/** A view of Vega-Lite. Its own types are slow to check; tests check whole charts against its schema. */
export type Panel = object;

/** The background of a map, visible if a cell is missing: a grey that differs from every colour of the scale. */
export const NO_CELL = "#d9d9d9";

/** The styles of a panel's title: Vega's own, then the kit's. */
export const PANEL_TITLE = ["group-title", "panel_title"];

/** Gives a mark the text in its row's `tip`, as a tooltip and, in SVG, as the label that screen readers read aloud. */
export const TIP = {
  tooltip: { field: "tip", type: "nominal" },
  description: { field: "tip", type: "nominal" },
} as const;

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
  return showsItself({
    ...specHead(`${title}: ${NO_ROWS}.`, options),
    title,
    data: { values: [{ text: NO_ROWS }] },
    mark: "text",
    encoding: { text: { field: "text", type: "nominal" } },
  });
}

/** The text of a spec's `.vl.json` file: keys in the chart's order, and each row of data on one line if it fits. */
export function specText(spec: ChartSpec): string {
  return `${stringify(spec, { maxLength: 160 })}\n`;
}

/** The caption of a spec, else its alt text; undefined if it has neither, as a spec that the kit did not make. */
export function captionOf(spec: object): string | undefined {
  const { usermeta, description } = spec as {
    usermeta?: { negscope?: { caption?: unknown } };
    description?: unknown;
  };
  const caption = usermeta?.negscope?.caption ?? description;
  return typeof caption === "string" && caption.trim() !== "" ? caption : undefined;
}
