/**
 * Charts as Vega-Lite specs, each a pure function of its table, and their pictures as SVG, PNG and PDF. Loads no model runtime and needs
 * `--allow-read` alone.
 *
 * @module
 */

export {
  type Bounds,
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
export * from "../charts/circuit_picture.ts";
export type { Role } from "../data/roles.ts";
export * from "../charts/heat_map.ts";
export * from "../charts/lines.ts";
export * from "../charts/scatter.ts";
export type { ScatterAxis } from "../charts/plot/points.ts";
export type { Field, PanelsOptions, TitledRows } from "../charts/panels.ts";
export { type Preset, SCREEN, VENUES } from "../charts/venues.ts";
export {
  type DrawnPictures,
  drawPictures,
  PICTURE_FORMATS,
  type PictureFormat,
  type Pictures,
} from "../draw/pictures.ts";
export { type TexFigure, texFigure } from "../draw/tex.ts";
export * from "../draw/render.ts";

// Charts of the kit's tables.
export { ablationChart } from "../experiments/ablate/chart.ts";
export { headRoles, type HeadRolesOptions, selectivityMap } from "../experiments/attend/maps.ts";
export * from "../experiments/correlate/charts.ts";
export { traceMap } from "../experiments/trace/chart.ts";
export { scoresChart } from "../study/evaluate/chart.ts";
export type { DirectedRow } from "../experiments/trace/cells.ts";
export type { TraceMapRow } from "../experiments/trace/chart.ts";
export type { MapSide } from "../charts/value_map.ts";
export type { MarkedValue } from "../charts/cell_marks.ts";
