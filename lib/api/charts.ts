/**
 * Charts as Vega-Lite specs, each a pure function of its table, and their pictures as SVG, PNG and PDF. Loads no model runtime and needs
 * `--allow-read` alone.
 *
 * @module
 */

import "../show/notebook.ts"; // by which charts show themselves in a notebook

export * from "../charts/attention.ts";
export { bars, type BarsOptions } from "../charts/bars.ts";
export type {
  Channel,
  ChartData,
  EstimateChannel,
  Field,
  Judgement,
  PanelsOptions,
  TitledRows,
} from "../charts/channels.ts";
export { circuitPicture, type CircuitPictureOptions } from "../charts/circuit/picture.ts";
export type {
  PictureNode,
  PicturePair,
  PicturePart,
  PicturePath,
  PictureSide,
} from "../charts/circuit/sides.ts";
export * from "../charts/heat_map.ts";
export { lines, type LinesOptions } from "../charts/lines.ts";
export { scatter, type ScatterOptions } from "../charts/scatter.ts";
export {
  type ChartOptions,
  type ChartSpec,
  emptyChart,
  type Preset,
  SCREEN,
  specHead,
  type SpecHeadOptions,
  specText,
  VENUES,
} from "../charts/spec.ts";
export type { Bounds } from "../charts/texts.ts";
export type { MapSide } from "../charts/value_map.ts";
export { PICTURE_FORMATS, type PictureFormat, type Pictures } from "../draw/pictures.ts";
export { type RenderOptions, renderPdf, renderPng, renderSvg } from "../draw/render.ts";

export { scoresChart } from "../study/evaluate/chart.ts";
