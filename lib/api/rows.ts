/**
 * The rows of the tables that experiments, sweeps and comparisons make, as types. `docs/tables` says what each column means.
 *
 * @module
 */

export type * from "../experiments/rows.ts";
export type { AgreementRow } from "../composites/compare/agreement.ts";
export type { ComparisonRow } from "../composites/compare/published/figures.ts";
export type { ScoreChangeRow } from "../study/scores.ts";
export type { SweepRow, SweepSummaryRow } from "../study/sweep.ts";
export type { EffectNames, TogetherNames } from "../study/effects/estimate_columns.ts";
export type { SegmentOrNone } from "../experiments/circuit/circuit_run.ts";
export type { HeldOutBy } from "../experiments/circuit/circuit_table.ts";
export type { SideOrAll } from "../experiments/circuit/sets.ts";
export type { Feature } from "../experiments/correlate/index.ts";

export type { MeanDirection } from "../experiments/trace/trace.ts";
export type { ProbeCells, ProbeKeys } from "../experiments/probe/tables.ts";
export type { Order } from "../experiments/transplant/tables.ts";
