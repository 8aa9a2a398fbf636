/**
 * The paper's figures, how near a run is to them, and comparisons of two runs.
 *
 * @module
 */

export { mergePaper } from "../paper/merge_paper.ts";
export { runPaper } from "../paper/paper.ts";
export type { PaperSettings } from "../paper/settings.ts";
export type { WrittenPaper } from "../paper/write_paper.ts";
export { compareFolders, type CompareSettings } from "../published/compare_folders.ts";
export { type ComparedResults, compareResults } from "../published/compare_results.ts";
export * from "../published/elsewhere/compare_results.ts";
export {
  generalise,
  type GeneraliseChoice,
  type GeneraliseSettings,
} from "../published/elsewhere/generalise.ts";
export {
  type PublishedCell,
  publishedFolder,
  type PublishedTables,
  readPublished,
} from "../published/published.ts";
export { compareTwoFolders } from "../published/two_runs/compare_two.ts";
export type {
  CellKey,
  ComparedCell,
  ComparedName,
  ComparedTable,
} from "../published/comparison/cells.ts";
export type { Comparison } from "../published/compare.ts";
export type { HeadTables } from "../published/elsewhere/compare_heads.ts";
export type {
  PublishedCheck,
  PublishedMatch,
  PublishedVerdict,
} from "../published/published_model.ts";
export type { ComparisonFolder, WrittenComparison } from "../published/write_comparison.ts";
