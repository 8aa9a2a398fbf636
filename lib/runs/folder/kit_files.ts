/** The names of the files that the kit's commands write. A test compares them with what the commands give. */

import { PICTURE_ENDINGS } from "../../draw/pictures.ts";

/** The names of a command's files, with any values of its options. */
interface CommandFiles {
  /** Names of tables, without `.csv`, in one text. */
  readonly tables?: string;
  /** Those of the tables that have a table of controls. */
  readonly controlled?: string;
  /** Names of charts, without their endings. */
  readonly charts?: string;
  readonly others?: string;
}

/** Not read from the experiments: these load ONNX Runtime, for which `figures`, which writes into folders of runs too, has no right. */
const EXPERIMENTS: Readonly<Record<string, CommandFiles>> = {
  trace: {
    tables: "effects trace trace_spread peaks trace_directions",
    controlled: "trace",
    charts: "trace_map trace_map_ambiguous",
  },
  evaluate: {},
  attend: {
    tables: "attention heads head_roles attention_tokens attention_patterns",
    controlled: "heads",
    charts: "selectivity head_roles",
  },
  knockout: {
    tables:
      "knockout knockout_summary knockout_heads knockout_set knockout_set_summary knockout_patterns",
    controlled: "knockout_summary knockout_heads knockout_set_summary",
    charts: "knockout knockout_selectivity",
  },
  ablate: {
    tables: "ablation ablation_summary",
    controlled: "ablation_summary",
    charts: "ablation ablation_heads",
  },
  correlate: {
    tables: "features correlations audit size_accuracy feature_bands",
    charts: "features size_accuracy",
  },
  shares: { tables: "shares shares_summary", controlled: "shares_summary", charts: "shares_map" },
  attribute: {
    tables:
      "attribution attribution_sources attribution_summary attribution_waterfall attribution_roles",
    controlled: "attribution_summary",
    charts: "attribution_net attribution_roles attribution_waterfall attribution",
  },
  paths: {
    tables: "nodes nodes_summary paths paths_summary",
    controlled: "nodes_summary paths_summary",
    charts: "path_graph node_map",
  },
  circuit: {
    tables:
      "circuit_scores circuit_sets circuit minimality completeness curve curve_areas membership circuit_frames",
    controlled: "circuit",
    charts: "circuit_curve circuit_nodes random_circuits",
    others: "circuit.json circuit_sets.json",
  },
  probe: { tables: "probe probe_summary", controlled: "probe_summary", charts: "probe" },
  transplant: {
    tables: "stack values towers parts stack_shares layer_shares value_shares part_shares",
    charts: "transplant_stack transplant_values",
  },
};

const WITHOUT_MODEL: Readonly<Record<string, CommandFiles>> = {
  compare: {
    tables: "comparison comparison_summary",
    charts: "comparison comparison_maps comparison_heads",
  },
  contrast: {
    tables: "contrast contrast_summary contrast_models contrast_layers contrast_correlations",
    charts: "contrast_map contrast_models contrast_layers",
  },
  generalise: { tables: "generalise generalise_summary generalise_halves", charts: "generalise" },
  paper: { tables: "paper", others: "methods.md checklist.md parts.json" },
  atlas: {
    tables: "atlas agreement disagreements",
    charts: "atlas_map agreement_map circuit_picture",
    others: "parts.json",
  },
  study: { tables: "study", charts: "study_accuracy study_layers" },
  benchmark: {
    tables: "choices accuracy sets retrieval retrieval_summary published",
    charts: "accuracy recall",
  },
  edit: { tables: "trials harm front", charts: "front" },
  pairs: { tables: "pair_counts", others: "controlled_pairs.json" },
  segment: { tables: "subject_sizes", others: "masks.npy" },
};

/** The files of the scores, which every experiment writes if there are images, and of groups of rows, if the data have any. */
const SCORES = namesOf({
  tables: "evaluate summary groups effect_groups",
  charts: "scores effect_groups",
});

/** The files that a run of any experiment can have, whatever its tables are called. */
export const OF_ANY_RUN: readonly string[] = ["summary.txt", "report.html", "rows.jsonl"];

const NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...Object.entries(EXPERIMENTS).map(([command, files]) =>
    [command, new Set([...namesOf(files), ...SCORES, ...OF_ANY_RUN])] as const
  ),
  ...Object.entries(WITHOUT_MODEL).map(([command, files]) =>
    [command, new Set([...namesOf(files), "summary.txt", "report.html"])] as const
  ),
]);

/**
 * The names of all files that a command of the kit can write into its folder, except its manifest and its journal. Returns the names, none
 * if the kit has no such command.
 */
export function kitFiles(command: string): ReadonlySet<string> {
  return NAMES.get(command) ?? new Set();
}

function namesOf(
  { tables = "", controlled = "", charts = "", others = "" }: CommandFiles,
): string[] {
  const each = (names: string) => names.split(" ").filter((name) => name !== "");
  return [
    ...each(tables).map((name) => `${name}.csv`),
    ...each(controlled).map((name) => `${name}_controls.csv`),
    ...each(charts).flatMap((name) =>
      ["vl.json", ...PICTURE_ENDINGS].map((end) => `${name}.${end}`)
    ),
    ...each(others),
  ];
}
