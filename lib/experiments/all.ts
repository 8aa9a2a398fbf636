/** The list of the kit's experiments, in the order in which help and documentation have them. */

import { NegscopeError } from "../errors/errors.ts";
import { nearestName } from "../errors/kinds.ts";
import { ablate, type AblationMethod } from "./ablate/index.ts";
import { attend } from "./attend/index.ts";
import { attribute } from "./attribute/index.ts";
import { circuit } from "./circuit/index.ts";
import { correlate } from "./correlate/index.ts";
import { evaluate } from "../study/evaluate/index.ts";
import { knockout } from "./knockout/index.ts";
import { paths } from "./paths/index.ts";
import { probe } from "./probe/index.ts";
import { shares } from "./shares/index.ts";
import { trace } from "./trace/index.ts";
import { transplant } from "./transplant/index.ts";
import { standardOptions } from "../options/values.ts";
import {
  type AnyExperiment,
  emptyTablesOf,
  type Experiment,
} from "../study/experiment/experiment.ts";
import type * as rows from "./rows.ts";
import type { Role } from "../data/align.ts";
import type { NodeKind } from "./ablate/ablate_text.ts";
import type { RankingName } from "./circuit/search.ts";
import type { FiledCircuit } from "./circuit/options.ts";
import type { HeadSet } from "./head_set.ts";
import type { Receivers } from "./paths/measure_paths.ts";
import type { Direction, Site } from "./trace/trace.ts";
import type { Option } from "../options/option.ts";
import type { Segment } from "../study/rows/score_rows.ts";
import type { Control } from "../study/controls/control.ts";
import type { Cells, Table, TableSchema } from "../tables/table.ts";

/** The experiments by name, each with the values of its options and its tables. */
export interface Experiments {
  /** Causal tracing: where in the text tower negation lives. */
  readonly trace: Known<
    {
      segments: readonly Segment[];
      site: Site;
      direction: Direction | "both";
      control: readonly Control[];
    },
    { effects: rows.TraceEffectRow; trace: rows.TraceRow }
  >;
  /** Scores, segments and accuracy. */
  readonly evaluate: Known<
    Record<never, never>,
    { evaluate: rows.EvaluateRow; summary: rows.SummaryRow }
  >;
  /** Which heads look at the negator. */
  readonly attend: Known<
    { control: readonly "random"[] },
    {
      attention: rows.AttentionRow;
      heads: rows.HeadRow;
      headRoles: rows.HeadRoleRow;
      looks: rows.LookRow;
    }
  >;
  /** What each head's attention to the negator adds to d. */
  readonly knockout: Known<
    { renormalize: boolean; heads: HeadSet; control: readonly Control[] },
    { knockout: rows.KnockoutRow; summary: rows.KnockoutSummaryRow }
  >;
  /** What each part of a tower adds to d. */
  readonly ablate: Known<
    {
      tower: "image" | "text";
      method: readonly Exclude<AblationMethod, "flat">[] | undefined;
      nodes: readonly NodeKind[] | undefined;
      heads: HeadSet | undefined;
      role: Role | "all" | undefined;
      control: readonly Control[];
    },
    { ablation: rows.AblationRow; summary: rows.AblationSummaryRow }
  >;
  /** Which features of the data go with d. */
  readonly correlate: Known<
    Record<never, never>,
    { correlate: rows.FeatureRow; summary: rows.CorrelationRow; groups: rows.EffectGroupRow }
  >;
  /** How much of d each role holds at each layer. */
  readonly shares: Known<
    { control: readonly Control[] },
    { shares: rows.ShareRow; summary: rows.ShareSummaryRow }
  >;
  /** What each head and MLP writes directly into d. */
  readonly attribute: Known<
    { neurons: boolean; control: readonly Control[] },
    { attribution: rows.AttributionRow; summary: rows.AttributionSummaryRow }
  >;
  /** Which heads and MLPs write negation into the score, and by which paths it reaches them. */
  readonly paths: Known<
    { receivers: Receivers; control: readonly Control[] },
    {
      nodes: rows.NodeRow;
      nodesSummary: rows.NodeSummaryRow;
      paths: rows.PathRow;
      pathsSummary: rows.PathSummaryRow;
    }
  >;
  /** Which heads and MLPs together bring about d. */
  readonly circuit: Known<
    {
      ranking: readonly RankingName[];
      faithfulness: number;
      segments: readonly Segment[];
      sets: Readonly<Record<string, readonly string[]>> | undefined;
      circuit: FiledCircuit | undefined;
      control: readonly Control[];
    },
    {
      scores: rows.CircuitScoreRow;
      sets: rows.CircuitSetRow;
      circuit: rows.CircuitRow;
      nodes: rows.CircuitNodeRow;
    }
  >;
  /** Where negation can be decoded at the end token, and whether what is decoded is used. */
  readonly probe: Known<
    { folds: number | undefined; control: readonly Control[] },
    { probe: rows.ProbeRow; summary: rows.ProbeSummaryRow }
  >;
  /** Where another model of the same architecture does what it does differently. */
  readonly transplant: Known<
    { from: string | undefined; parts: "each" | readonly string[] | undefined; random: number },
    { transplant: rows.TransplantRow; summary: rows.TransplantSummaryRow }
  >;
}

/** An experiment by the values of its options and the rows of its tables. */
export type Known<Options, Rows extends { readonly [Name in keyof Rows]: Cells<Rows[Name]> }> =
  Experiment<
    { readonly [Name in keyof Options]: Option<Options[Name]> },
    unknown,
    { readonly [Name in keyof Rows]: Table<Rows[Name]> }
  >;

/** All experiments by name. */
export const EXPERIMENTS: Experiments = {
  trace,
  evaluate,
  attend,
  knockout,
  ablate,
  correlate,
  shares,
  attribute,
  paths,
  circuit,
  probe,
  transplant,
};

/** All experiments in their order. */
export const ALL_EXPERIMENTS: readonly AnyExperiment[] = Object.values(EXPERIMENTS);

/** Finds one of the kit's experiments by name. */
export function experimentNamed(given: string): AnyExperiment {
  const name = String(given);
  const names = Object.keys(EXPERIMENTS);
  const found = Object.hasOwn(EXPERIMENTS, name) && EXPERIMENTS[name as keyof typeof EXPERIMENTS];
  if (found) return found;
  const nearest = nearestName(name, names);
  throw new NegscopeError("name-unknown", {
    problem: `Cannot run experiment "${name}"`,
    expected: `${names.join(", ")}, or an experiment of your own`,
    fix: nearest && `the nearest is "${nearest}"`,
  });
}

/** The schemas of an experiment's tables, with those that a switch adds. */
export function schemasOf(experiment: AnyExperiment): TableSchema[] {
  const standard = Object.entries(standardOptions(experiment.options))
    .map(([name, value]) => [name, value === false ? true : value]);
  const tables = emptyTablesOf(experiment, { ...Object.fromEntries(standard), seed: 0 });
  return Object.values(tables).flatMap(({ schema }) => schema ?? []);
}
