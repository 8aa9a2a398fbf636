/** The rows of all experiments' tables. `docs/tables` says what each column means. */

import type { Role } from "../data/align.ts";
import type { EffectRow, MeanEffectRow } from "../study/effects/effects.ts";
import type { Row } from "../tables/table.ts";
import type { AblationMethod } from "./ablate/index.ts";
import type { NodeMethod } from "./paths/index.ts";
import type { PathInput } from "./paths/measure_paths.ts";

/** A part of a tower. */
export type PartKeys = Row<{ part: string }, never, "layer" | "head">;

/** A token's role at a layer. */
export type RoleKeys = Row<{ role: Role }, "layer">;

/** A row of knockout.csv: one head of one row, or several at once. */
export type KnockoutRow = EffectRow<
  PartKeys & Row<unknown, "s_knocked_out", "s_twin_knocked_out">
>;
/** A row of knockout_summary.csv: the same in a group of rows. */
export type KnockoutSummaryRow = MeanEffectRow<PartKeys>;
/** A row of shares.csv: what one role of one row holds of d at a layer. */
export type ShareRow = EffectRow<RoleKeys>;
/** A row of shares_summary.csv: the same in a group of rows. */
export type ShareSummaryRow = MeanEffectRow<RoleKeys>;
/** What is ablated, how, and where. */
export type AblatedKeys = PartKeys & Row<{ method: AblationMethod; role: Role | "all" }, never>;

/** A row of ablation.csv: one part of a tower, by one method, in one row. */
export type AblationRow = EffectRow<AblatedKeys>;
/** A row of ablation_summary.csv: the same in a group of rows. */
export type AblationSummaryRow = MeanEffectRow<AblatedKeys>;
/** A head or MLP, or what a head reads at the tokens of a role. */
export type AttributedKeys =
  & Row<{ part: string; role: Role | undefined }, "layer">
  & Pick<PartKeys, "head">;

/** A row of attribution.csv: what one part of one row writes to the end token. */
export type AttributionRow = EffectRow<AttributedKeys>;
/** A row of attribution_summary.csv: the same in a group of rows. */
export type AttributionSummaryRow = MeanEffectRow<AttributedKeys>;
/** A head or MLP at the tokens of a role, and how much of its effect is meant. */
export type NodeKeys =
  & Row<{ method: NodeMethod; part: string; role: Role }, "layer">
  & Pick<PartKeys, "head">;

/** A row of nodes.csv: a head or MLP at the tokens of a role of one row. */
export type NodeRow = EffectRow<NodeKeys>;
/** A row of nodes_summary.csv: the same in a group of rows. */
export type NodeSummaryRow = MeanEffectRow<NodeKeys>;

/** A path from a sender into an input of a receiver. */
export type PathKeys = Row<
  { input: PathInput },
  "sender_layer" | "receiver_layer" | "receiver_head",
  "sender_head"
>;

/** A row of paths.csv: a path in one row. */
export type PathRow = EffectRow<PathKeys>;
/** A row of paths_summary.csv: the same in a group of rows. */
export type PathSummaryRow = MeanEffectRow<PathKeys>;
export type { SummaryRow } from "../study/evaluate/summary.ts";
export type { EvaluateRow } from "../study/rows/score_rows.ts";
export type { EffectRow as TraceEffectRow, TraceRow } from "./trace/tables.ts";
export type { AttentionRow, HeadRoleRow, HeadRow, LookRow } from "./attend/tables.ts";
export type { CorrelationRow, FeatureRow } from "./correlate/index.ts";
export type { EffectGroupRow } from "../study/groups/group_estimates.ts";
export type { CircuitNodeRow, CircuitRow } from "./circuit/circuit_table.ts";
export type { CircuitScoreRow, CircuitSetRow } from "./circuit/sets.ts";
export type { ProbeRow, ProbeSummaryRow } from "./probe/tables.ts";
export type { TransplantRow, TransplantSummaryRow } from "./transplant/tables.ts";
