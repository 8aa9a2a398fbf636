/**
 * The paper's figures, and how near a run is to them.
 *
 * @module
 */

export { PAPER_SUMMARY, type PaperSummaryRow, summarizePaper } from "../paper/agreement.ts";
export { besidePublished, type FinishedPart, PAPER, type PaperRow } from "../paper/beside.ts";
export { mergePaper } from "../paper/merge_paper.ts";
export { runPaper } from "../paper/paper.ts";
export { type PaperPart, type PartHeading, PARTS } from "../paper/parts.ts";
export { type PaperSettings } from "../paper/settings.ts";
export { type WrittenPaper } from "../paper/write_paper.ts";
export * from "../published/compare.ts";
export * from "../published/compare_folders.ts";
export * from "../published/compare_results.ts";
export * from "../published/comparison/cells.ts";
export { type MatchLine, matchNote, type RunMatch } from "../published/comparison/findings.ts";
export * from "../published/comparison/row.ts";
export * from "../published/comparison/summary.ts";
export * from "../published/elsewhere/compare_results.ts";
export {
  generalise,
  GENERALISE_FILES,
  GENERALISE_RUNS,
  type GeneraliseChoice,
  type GeneraliseSettings,
} from "../published/elsewhere/generalise.ts";
export type { HeadTables } from "../published/elsewhere/compare_heads.ts";
export * from "../published/elsewhere/tables.ts";
export * from "../published/measured_run.ts";
export {
  type PublishedCell,
  publishedFolder,
  type PublishedTables,
  readPublished,
} from "../published/published.ts";
export * from "../published/published_model.ts";
export * from "../published/run_tables.ts";
export * from "../published/two_runs/compare_two.ts";
export {
  SIDE_BY_SIDE,
  SIDE_BY_SIDE_SUMMARY,
  type SideBySideRow,
  type SideBySideSummaryRow,
} from "../published/two_runs/tables.ts";
