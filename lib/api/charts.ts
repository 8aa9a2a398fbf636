/**
 * Charts as Vega-Lite specs, each a pure function of its table, and their pictures as SVG, PNG and PDF. Loads no model runtime and needs
 * `--allow-read` alone.
 *
 * @module
 */

export {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  specHead,
  type SpecHeadOptions,
  specText,
} from "../charts/spec.ts";
export * from "../charts/attention.ts";
export * from "../charts/bars.ts";
export * from "../charts/heat_map.ts";
export * from "../charts/lines.ts";
export * from "../charts/scatter.ts";
export type { Field, PanelsOptions, TitledRows } from "../charts/panels.ts";
export { type Preset, SCREEN, VENUES } from "../charts/venues.ts";
export {
  type DrawnPictures,
  drawPictures,
  PICTURE_FORMATS,
  type PictureFormat,
  type Pictures,
} from "../draw/pictures.ts";
export * from "../draw/tex.ts";
export * from "../draw/render.ts";
export * from "../experiments/ablate/chart.ts";
export * from "../experiments/ablate/text/charts.ts";
export * from "../experiments/attend/roles_chart.ts";
export * from "../experiments/attend/selectivity_map.ts";
export * from "../experiments/correlate/feature_scatter.ts";
export * from "../experiments/correlate/size_chart.ts";
export * from "../study/evaluate/chart.ts";
export * from "../experiments/knockout/chart.ts";
export * from "../experiments/knockout/effect_map.ts";
export * from "../experiments/trace/chart.ts";
export * from "../charts/peak_runs.ts";
export * from "../experiments/trace/map_row.ts";
export * from "../published/comparison/chart.ts";
export * from "../published/comparison/head_maps.ts";
export * from "../published/comparison/maps.ts";
