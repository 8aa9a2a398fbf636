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
export * from "../charts/attention_heads.ts";
export type * from "../charts/attention_pattern.ts";
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
export { ablationChart, type AblationChartRow } from "../experiments/ablate/chart.ts";
export {
  headRoles,
  type HeadRolesOptions,
  type HeadRolesRow,
} from "../experiments/attend/roles_chart.ts";
export { selectivityMap, type SelectivityRow } from "../experiments/attend/selectivity_map.ts";
export {
  type FeatureBandPoint,
  type FeatureCorrelation,
  featureScatter,
  type FeatureScatterOptions,
  type FeatureScatterRow,
} from "../experiments/correlate/feature_scatter.ts";
export { sizeAccuracy, type SizeAccuracyChartRow } from "../experiments/correlate/size_chart.ts";
export { knockoutChart, type KnockoutChartRow } from "../experiments/knockout/chart.ts";
export { knockoutMap, type KnockoutMapRow } from "../experiments/knockout/effect_map.ts";
export { traceMap } from "../experiments/trace/chart.ts";
export { scoresChart, type ScoresRow } from "../study/evaluate/chart.ts";
export type { DirectedRow, TraceMapRow } from "../experiments/trace/map_row.ts";
