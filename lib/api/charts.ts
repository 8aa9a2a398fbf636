/**
 * Charts as Vega-Lite specs, each a pure function of its table, and their pictures as SVG, PNG and PDF. Loads no model runtime and needs
 * `--allow-read` alone.
 *
 * @module
 */

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
export { type Bounds, drawn } from "../charts/texts.ts";
export * from "../charts/attention.ts";
export * from "../charts/bars.ts";
export { circuitPicture, type CircuitPictureOptions } from "../charts/circuit/picture.ts";
export type {
  PictureNode,
  PicturePart,
  PicturePath,
  PictureSide,
} from "../charts/circuit/sides.ts";
export type { Role } from "../data/align.ts";
export * from "../charts/heat_map.ts";
export * from "../charts/lines.ts";
export { scatter, type ScatterOptions } from "../charts/scatter.ts";
export type {
  Channel,
  ChartData,
  EstimateChannel,
  Field,
  Judgement,
  PanelsOptions,
  TitledRows,
} from "../charts/channels.ts";
export {
  type DrawnPictures,
  drawPictures,
  PICTURE_FORMATS,
  type PictureFormat,
  type Pictures,
  type TexFigure,
  texFigure,
} from "../draw/pictures.ts";
export { type RenderOptions, renderPdf, renderPng, renderSvg } from "../draw/render.ts";

// Charts of the kit's tables.
export { headRoles, selectivityMap } from "../experiments/attend/findings.ts";
export * from "../experiments/correlate/findings.ts";
export { traceMap, type TraceMapRow } from "../experiments/trace/chart.ts";
export { scoresChart } from "../study/evaluate/chart.ts";
export type { MapSide } from "../charts/value_map.ts";
