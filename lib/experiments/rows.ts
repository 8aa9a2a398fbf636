/** The rows of all experiments' tables. `docs/tables` says what each column means. */

export type { SummaryRow } from "../study/evaluate/summary.ts";
export type { EvaluateRow } from "../study/rows/score_rows.ts";
export type { EffectRow } from "./trace/effects.ts";
export type { TraceRow } from "./trace/trace_summary.ts";
export type { HeadRoleRow } from "./attend/tables.ts";
export type { AttentionRow, HeadRow } from "./attend/tables.ts";
export type { KnockoutRow, KnockoutSummaryRow } from "./knockout/tables.ts";
export type { AblationRow, AblationSummaryRow } from "./ablate/tables.ts";
export type { CorrelationRow, SizeAccuracyRow } from "./correlate/correlate.ts";
export type { FeatureRow } from "./correlate/features.ts";
export type { ShareRow, ShareSummaryRow } from "./shares/tables.ts";
export type { RoleEffectRow } from "./attribute/role_effects.ts";
export type { AttributionRow, AttributionSummaryRow } from "./attribute/tables.ts";
export type { NodeRow, NodeSummaryRow } from "./paths/node_tables.ts";
export type { PathRow, PathSummaryRow } from "./paths/path_tables.ts";
export type { CurveAreaRow, CurveRow } from "./circuit/tables/curve.ts";
export type { MembershipRow } from "./circuit/tables/membership.ts";
export type { CircuitFrameRow } from "./circuit/tables/frames.ts";
export type { CircuitRow } from "./circuit/tables/circuit_table.ts";
export type { CircuitScoreRow, CircuitSetRow } from "./circuit/tables/sets.ts";
export type { CompletenessRow, MinimalityRow } from "./circuit/tables/test_tables.ts";
export type { ProbeRow, ProbeSummaryRow } from "./probe/tables.ts";
export type { TransplantRow, TransplantSummaryRow } from "./transplant/schemas.ts";
