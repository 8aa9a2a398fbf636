/** The house style of all pictures: each chart has it at the sizes of a screen, and a printed picture gets it at those of its venue. */

import type { Config } from "vega-lite";
import type { Preset } from "./venues.ts";

/** Changes to a preset's sizes that make one chart fit. */
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
export const FONT = "DejaVu Sans, Verdana, sans-serif";

/** Legends one below the other, where a row of them would be wider than the column. */
const STACKED = {
  layout: { top: { direction: "vertical", anchor: "start", margin: 4 } } as never, // known to Vega-Lite, but absent from its types
};

const INK = "#333333";

const TICKS = 5; // Vega draws 3 to 8 for this wish, since its steps are 1, 2 or 5 times a power of 10

const LEAST_PLOT = 0.5; // below half its height a plot shows nothing, while a map still does

export function asPreset({ fontSize }: Preset): Fit {
  return { stretch: 1, squeeze: 1, cellValue: fontSize - 2 };
}

/** The house style at a preset's sizes, with the styles `cell_value` for a number in a cell, `cell_mark` for a mark across it, and `panel_title`. */
export function houseStyle(preset: Preset, fit: Fit = asPreset(preset)): Config {
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
      gradientLength: 12.5 * fontSize,
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
