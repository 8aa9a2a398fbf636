/**
 * What a study gives: its rows and sentences, sweeps, scores, and what is shown of them.
 *
 * @module
 */

export { Study, type StudyOptions } from "../runs/study.ts";
export { Result, type SaveOptions } from "../runs/study.ts";
export type { StudyRunOptions } from "../study/result.ts";
export { meanOver } from "../study/effects/mean_over.ts";
export * from "../study/readout.ts";
export type { SentenceRoles } from "../study/sentences/placing.ts";
export { StudyRow } from "../study/sentences/row.ts";
export type {
  ChangeableSentences,
  ChangedSentences,
  PairOptions,
} from "../study/sentences/changed_scores.ts";
export { type SentenceOptions, StudySentence } from "../study/sentences/sentence.ts";
export { Sweep, type SweepRun } from "../study/sweep.ts";
export { Scores } from "../study/scores.ts";
export { show, type Shown, type ShownTable, type VegaLiteChart } from "../show/notebook.ts";
export * from "../study/sentences/row.ts";
