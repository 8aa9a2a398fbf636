/**
 * The paper's figures, how near a run is to them, contrasts of runs and models, and the atlas of a model.
 *
 * @module
 */

export { type AtlasSettings, mergeAtlas, runAtlas } from "../atlas/atlas.ts";
export type { Sentences } from "../atlas/sentences.ts";
export type { WrittenAtlas } from "../atlas/atlas.ts";
export { mergePaper, runPaper } from "../paper/paper.ts";
export type { PartsSettings } from "../parts/part.ts";
export type { PaperSettings } from "../paper/parts.ts";
export type { WrittenParts } from "../parts/write_parts.ts";
export type { WrittenPaper } from "../paper/paper.ts";
export { compareFolders, type CompareSettings } from "../compare/published/compare.ts";
export { type ComparedResults, compareResults } from "../compare/published/compare.ts";
export * from "../compare/generalise/generalise.ts";
export {
  generalise,
  type GeneraliseChoice,
  type GeneraliseSettings,
} from "../compare/generalise/generalise.ts";
export {
  type PublishedCell,
  publishedFolder,
  type PublishedTables,
  readPublished,
} from "../compare/published/figures.ts";
export { contrast } from "../contrast/contrast.ts";
export type {
  CellKey,
  ComparedCell,
  ComparedName,
  ComparedTable,
} from "../compare/published/figures.ts";
export type { Comparison } from "../compare/published/compare.ts";
export type { HeadTables } from "../compare/generalise/compare_heads.ts";
export type {
  PublishedCheck,
  PublishedMatch,
  PublishedVerdict,
} from "../compare/published/published_model.ts";
export type { ComparisonFolder, WrittenComparison } from "../compare/write_comparison.ts";
