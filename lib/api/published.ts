/**
 * The paper's figures, how near a run is to them, contrasts of two runs, and the atlas of a model.
 *
 * @module
 */

export {
  type ComparedResults,
  type ComparedRuns,
  compareResults,
  type Comparison,
} from "../compare/published/compare.ts";
export {
  type FigurePlace,
  type PublishedFigure,
  type PublishedTables,
  readPublished,
} from "../compare/published/figures.ts";
export type {
  PublishedCheck,
  PublishedMatch,
  PublishedVerdict,
} from "../compare/published/published_model.ts";
export type { ComparisonFolder, WrittenComparison } from "../compare/write_comparison.ts";
export { contrast } from "../contrast/contrast.ts";
export { runPaper, type WrittenPaper } from "../paper/paper.ts";
export type { PaperSettings } from "../paper/parts.ts";
export type { PartsSettings } from "../parts/part.ts";
export type { WrittenParts } from "../parts/write_parts.ts";
