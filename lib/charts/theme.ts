/** The house style of all pictures, applied when a chart is rendered and never saved with it. */

import type { Config } from "vega-lite";
import type { Preset } from "./venues.ts";

/** Changes to a preset's sizes that make one chart fit. */
export interface Fit {
  /** The factor for the widths of cells and plots. */
  readonly stretch: number;
  /** The factor for their heights. */
  readonly squeeze: number;
  /** The font size of the values in cells. */
  readonly cellValue: number;
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

/** The shipped font, then fonts with letters of the same widths. */
export const FONT = "DejaVu Sans, Verdana, sans-serif";

const INK = "#333333";

const LEAST_PLOT = 0.5; // below half its height a plot shows nothing, while a map still does

/** The preset's sizes without changes. */
export function asPreset({ fontSize }: Preset): Fit {
  return { stretch: 1, squeeze: 1, cellValue: fontSize - 2 };
}

/**
 * The house style at a preset's sizes.
 *
 * Specs refer to two of its styles by name: `cell_value` for a number printed in a cell, and `panel_title` for the title of one
 * view among several.
 */
export function houseStyle(preset: Preset, fit: Fit = asPreset(preset)): Config {
  const { fontSize, gap, cell, plot, columns, padding, legends } = preset;
  const { stretch, squeeze, cellValue } = fit;
  const label = { labelFontSize: fontSize, labelColor: INK, labelLimit: 0 };
  const title = { titleFontSize: fontSize, titleColor: INK, titleLimit: 0 };
  return {
    font: FONT,
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
    header: { ...label, ...title },
    legend: {
      ...label,
      ...title,
      titleFontWeight: "normal",
      orient: legends,
      ...(legends === "bottom" && { direction: "horizontal", gradientLength: 100 }),
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
    facet: { spacing: 0.8 * gap },
    range: { category: Object.values(OKABE_ITO) },
    style: {
      text: { fontSize }, // a size under "text" would override that of a text's own style
      cell_value: { fontSize: cellValue },
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
