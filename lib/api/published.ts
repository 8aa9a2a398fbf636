/**
 * The paper's figures, how near a run is to them, contrasts of two runs, and the atlas of a model.
 *
 * @module
 */

export {
  type ComparedResults,
  compareResults,
  type Comparison,
} from "../composites/compare/published/compare.ts";
export {
  type FigurePlace,
  type PublishedFigure,
  type PublishedTables,
  readPublished,
} from "../composites/compare/published/figures.ts";
export type {
  PublishedCheck,
  PublishedMatch,
  PublishedVerdict,
} from "../composites/compare/published/figures.ts";
export type { ComparisonFolder, WrittenComparison } from "../composites/compare/comparison.ts";
export { contrast } from "../composites/contrast/contrast.ts";
export { runPaper, type WrittenPaper } from "../composites/paper/paper.ts";
export type { PaperSettings } from "../composites/paper/paper.ts";
export type { PartsSettings } from "../composites/parts/part.ts";
export type { WrittenParts } from "../composites/parts/parts_folder.ts";
