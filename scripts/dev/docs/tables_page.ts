/** docs/tables.md: every table with its columns, made from the schemas. */

import { ALL_EXPERIMENTS, schemasOf } from "../../../lib/experiments/all.ts";
import {
  ACCURACIES,
  CHOICES,
  PUBLISHED,
  RETRIEVAL,
  RETRIEVAL_SUMMARY,
  SETS,
} from "../../../lib/benchmark/tables.ts";
import { evaluate } from "../../../lib/study/evaluate/index.ts";
import { EFFECT_GROUPS } from "../../../lib/study/groups/group_estimates.ts";
import { GROUPS } from "../../../lib/study/evaluate/groups.ts";
import { AGREEMENT } from "../../../lib/atlas/agreement.ts";
import { DISAGREEMENTS } from "../../../lib/atlas/disagreements.ts";
import { atlasSchema } from "../../../lib/atlas/tables.ts";
import { PAPER } from "../../../lib/paper/beside.ts";
import { GENERALISE, GENERALISE_SUMMARY } from "../../../lib/compare/generalise/tables.ts";
import { COMPARISON } from "../../../lib/compare/published/cells.ts";
import { COMPARISON_SUMMARY } from "../../../lib/compare/published/summary.ts";
import { CONTRAST_CORRELATIONS } from "../../../lib/contrast/models/correlations.ts";
import { CONTRAST_LAYERS, CONTRAST_MODELS } from "../../../lib/contrast/models/tables.ts";
import { CONTRAST, CONTRAST_SUMMARY } from "../../../lib/contrast/runs/tables.ts";
import { STUDY } from "../../../lib/grid/results/study_table.ts";
import { PAIR_COUNTS } from "../../../lib/controlled_pairs/tables.ts";
import { SUBJECT_SIZES } from "../../../lib/segment/tables.ts";
import { FRONT, HARM, TRIALS } from "../../../lib/trials/tables.ts";
import { FEWEST_CLUSTERS } from "../../../lib/stats/effective_clusters.ts";
import { SCORE_CHANGES } from "../../../lib/study/scores.ts";
import type { TableSchema } from "../../../lib/tables/table.ts";
import { alignedTable, wrapped } from "./markdown.ts";

const INTRODUCTION = [
  "Every CSV file of a run: one observation a row, in the input's row order, then by layer, head and position. Numbers have full precision, a missing value is an empty cell, lines end in CRLF. The columns marked `(key)` together identify a row, and runs are compared by them. A text that a spreadsheet would run as a formula begins with an apostrophe.",
  'The roles of tokens are `sot`, `there`, `is_are`, `negator`, `subject_first`, `subject_further`, `full_stop`, `eot` in sentences "There is/are … ."; `sot`, `before`, `negator`, `after`, `eot` in others; `inserted` for a token without a counterpart in the affirmative sentence (standard protocol). Models that pad sentences, such as SigLIP, also have `pad` for the positions after the end token and `pooled` for the last one, from which the embedding is made, and no `sot`.',
  `Intervals are 95 % intervals that allow for clusters of dependent rows: those with the same sentence pair or, with \`--cluster noun\`, the same subject noun. Those of means, ratios, r and lines are percentiles of 2,000 samples that draw whole clusters, widened where few clusters hold most of the weight; those of accuracies are Wilson's; those of the columns \`simultaneous_low\` and \`simultaneous_high\` hold for all cells of a map at once. They are empty below ${FEWEST_CLUSTERS} effective clusters. \`--seed\` decides the draws. [statistics.md](statistics.md) says what each method assumes and how well it holds.`,
];

export function tablesPage(): string {
  return [
    "# Tables",
    ...INTRODUCTION.map((text) => wrapped(text)),
    ...ALL_EXPERIMENTS.flatMap((experiment) =>
      section(`deno task ${experiment.name}`, [
        ...schemasOf(experiment),
        ...experiment === evaluate ? [GROUPS] : [],
      ])
    ),
    ...section("Runs of rows with frames, negators or scopes", [EFFECT_GROUPS]),
    ...section("deno task compare", [COMPARISON, COMPARISON_SUMMARY]),
    ...section("deno task contrast", [
      ...[CONTRAST, CONTRAST_SUMMARY],
      ...[CONTRAST_MODELS, CONTRAST_LAYERS, CONTRAST_CORRELATIONS],
    ]),
    ...section("deno task paper", [PAPER]),
    ...section("deno task atlas", [atlasSchema(() => true), AGREEMENT, DISAGREEMENTS]),
    ...section("deno task study", [STUDY]),
    ...section("deno task segment", [SUBJECT_SIZES]),
    ...section("deno task pairs", [PAIR_COUNTS]),
    ...section("deno task edit", [TRIALS, HARM, FRONT]),
    ...section("deno task benchmark", [
      ...[CHOICES, ACCURACIES, SETS, RETRIEVAL, RETRIEVAL_SUMMARY, PUBLISHED],
    ]),
    ...section("deno task generalise", [GENERALISE, GENERALISE_SUMMARY]),
    ...section("scores.compare() of a study", [SCORE_CHANGES]),
  ].join("\n\n") + "\n";
}

function section(title: string, schemas: readonly TableSchema[]): string[] {
  return [
    `## ${title}`,
    ...schemas.flatMap((schema) => [
      `### ${schema.name}.csv`,
      wrapped(schema.about),
      columnsTable(schema),
    ]),
  ];
}

function columnsTable({ columns }: TableSchema): string {
  const rows = Object.entries(columns).map(([name, { unit, definition, isKey }]) =>
    [`\`${name}\`${isKey ? " (key)" : ""}`, unit, definition].map((cell) =>
      cell.replaceAll("|", "\\|")
    )
  );
  return alignedTable([["column", "unit", "definition"], ...rows]);
}
