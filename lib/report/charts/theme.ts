/** The one house style of every picture, applied when a chart is rendered and never saved with it. */

import type { Config } from "vega-lite";

/** What a picture is drawn for: the sizes that the style leaves open, in pixels (points in print). */
export interface Preset {
  /** What it is called, e.g. `screen`. */
  readonly name: string;
  /** Size of labels and cell values. */
  readonly fontSize: number;
  /** Width and height of one cell of a map. */
  readonly cell: { readonly width: number; readonly height: number };
  /** Width and height of a plot with a continuous axis. */
  readonly plot: { readonly width: number; readonly height: number };
  /** How many panels stand side by side. */
  readonly columns: number;
  /** Whether maps print their values in the cells. */
  readonly cellValues: boolean;
}

/** For reading in a browser or a notebook. */
export const SCREEN: Preset = {
  name: "screen",
  fontSize: 11,
  cell: { width: 30, height: 22 },
  plot: { width: 460, height: 130 },
  columns: 2,
  cellValues: true,
};

/** The colours of Okabe and Ito (2008), told apart with any colour vision. */
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

/** The shipped font, then those whose letters are as wide. */
export const FONT = "DejaVu Sans, Verdana, sans-serif";

const INK = "#333333";

/**
 * The house style at a preset's sizes.
 *
 * What a spec leaves to the style carries a name: `cell_value` is a number printed in a cell, `panel_title` the title of one
 * view among several.
 */
export function houseStyle(preset: Preset): Config {
  const { fontSize, cell, plot, columns, cellValues } = preset;
  return {
    font: FONT,
    background: "#ffffff",
    padding: 8,
    axis: {
      labelFontSize: fontSize,
      titleFontSize: fontSize,
      titleFontWeight: "normal",
      labelColor: INK,
      titleColor: INK,
      domainColor: INK,
      tickColor: INK,
      labelAngle: 0,
      grid: false,
      labelPadding: 4,
    },
    header: { labelFontSize: fontSize, titleFontSize: fontSize, labelColor: INK, titleColor: INK },
    legend: {
      labelFontSize: fontSize,
      titleFontSize: fontSize,
      titleFontWeight: "normal",
      labelColor: INK,
      titleColor: INK,
    },
    title: {
      fontSize: fontSize + 1,
      subtitleFontSize: fontSize,
      anchor: "start",
      color: INK,
      subtitleColor: INK,
      offset: 10,
    },
    bar: { color: "#767676" },
    text: { fontSize, color: INK },
    concat: { columns, spacing: 14 },
    facet: { spacing: 8 },
    range: { category: Object.values(OKABE_ITO) },
    style: {
      cell_value: { fontSize: fontSize - 2, opacity: cellValues ? 1 : 0 },
      panel_title: { fontSize, fontWeight: "normal" },
    },
    view: {
      stroke: null,
      discreteWidth: { step: cell.width },
      discreteHeight: { step: cell.height },
      continuousWidth: plot.width,
      continuousHeight: plot.height,
    },
  };
}
