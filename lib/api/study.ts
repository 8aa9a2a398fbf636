/**
 * What a study gives: its rows and sentences, sweeps, scores, and what is shown of them.
 *
 * @module
 */

export * from "../runs/study.ts";
export type { ShownTable, VegaLiteChart } from "../show/notebook.ts";
export { show, type Shown } from "../show/notebook.ts";
export { meanOver } from "../study/effects/means.ts";
export { type ComponentLogit, type LensOptions, ResidualLens } from "../study/readout.ts";
export type { StudyRunOptions } from "../study/result.ts";
export { Scores } from "../study/scores.ts";
export type {
  ChangeableSentences,
  ChangedSentences,
  PairOptions,
} from "../study/sentences/changed_scores.ts";
export type { SentenceRoles } from "../study/sentences/placing.ts";
export * from "../study/sentences/row.ts";
export { Sweep, type SweepRun } from "../study/sweep.ts";
