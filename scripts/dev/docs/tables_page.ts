/** docs/tables: a page for each task with every table and column, made from the schemas. */

import { ALL_EXPERIMENTS, schemasOf } from "../../../lib/experiments/all.ts";
import {
  ACCURACIES,
  CHOICES,
  PUBLISHED,
  RETRIEVAL,
  RETRIEVAL_SUMMARY,
} from "../../../lib/benchmark/tables.ts";
import { evaluate } from "../../../lib/study/evaluate/index.ts";
import { EFFECT_GROUPS } from "../../../lib/study/groups/group_estimates.ts";
import { GROUPS } from "../../../lib/study/evaluate/groups.ts";
import { AGREEMENT } from "../../../lib/atlas/agreement.ts";
import { ATLAS } from "../../../lib/atlas/tables.ts";
import { PAPER } from "../../../lib/paper/beside.ts";
import {
  GENERALISE,
  GENERALISE_HALVES,
  GENERALISE_SUMMARY,
} from "../../../lib/compare/generalise/tables.ts";
import { COMPARISON } from "../../../lib/compare/published/cells.ts";
import { COMPARISON_SUMMARY } from "../../../lib/compare/published/summary.ts";
import { CONTRAST_CORRELATIONS } from "../../../lib/contrast/models/correlations.ts";
import { CONTRAST_MODELS } from "../../../lib/contrast/models/tables.ts";
import { CONTRAST, CONTRAST_SUMMARY } from "../../../lib/contrast/runs/tables.ts";
import { STUDY } from "../../../lib/grid/results/study_table.ts";
import { PAIR_COUNTS } from "../../../lib/controlled_pairs/summary.ts";
import { SUBJECT_SIZES } from "../../../lib/segment/segment_files.ts";
import { TRIALS } from "../../../lib/trials/measure.ts";
import { FEWEST_CLUSTERS } from "../../../lib/stats/estimate.ts";
import { SCORE_CHANGES } from "../../../lib/study/scores.ts";
import type { Column, TableSchema } from "../../../lib/tables/table.ts";
import { wrapped } from "./markdown.ts";

const INTRODUCTION = [
  "Every CSV file of a run: one observation a row, in the input's row order, then by layer, head and position. Numbers have full precision, a missing value is an empty cell, lines end in CRLF. The columns marked _key_ together identify a row, and runs are compared by them. A text that a spreadsheet would run as a formula begins with an apostrophe.",
  'The roles of tokens are `sot`, `there`, `is_are`, `negator`, `subject_first`, `subject_further`, `full_stop`, `eot` in sentences "There is/are … ."; `sot`, `before`, `negator`, `after`, `eot` in others; `inserted` for a token without a counterpart in the affirmative sentence (standard protocol). Models that pad sentences, such as SigLIP, also have `pad` for the positions after the end token and `pooled` for the last one, from which the embedding is made, and no `sot`.',
  `Two columns after an estimate, such as \`cte\` (\`cte_low\`, \`cte_high\`), are the bounds of its 95 % interval, which allows for clusters of dependent rows: those with the same sentence pair or, with \`--cluster noun\`, the same subject noun. Bounds of means, ratios, r and lines are percentiles of 2,000 samples that draw whole clusters, widened where few clusters hold most of the weight; those of accuracies are Wilson's; those whose names have \`simultaneous\` hold for all cells of a map at once. They are empty below ${FEWEST_CLUSTERS} effective clusters. \`--seed\` decides the draws. See [statistics.md](../statistics.md).`,
];

const TASKS: Readonly<Record<string, readonly TableSchema[]>> = {
  ...Object.fromEntries(ALL_EXPERIMENTS.map((experiment) => [
    experiment.name,
    [...schemasOf(experiment), ...experiment === evaluate ? [GROUPS, EFFECT_GROUPS] : []],
  ])),
  compare: [COMPARISON, COMPARISON_SUMMARY],
  contrast: [
    ...[CONTRAST, CONTRAST_SUMMARY, CONTRAST_MODELS, CONTRAST_CORRELATIONS],
  ],
  paper: [PAPER],
  atlas: [ATLAS, AGREEMENT],
  study: [STUDY],
  segment: [SUBJECT_SIZES],
  pairs: [PAIR_COUNTS],
  edit: [TRIALS],
  benchmark: [CHOICES, ACCURACIES, RETRIEVAL, RETRIEVAL_SUMMARY, PUBLISHED],
  generalise: [GENERALISE, GENERALISE_SUMMARY, GENERALISE_HALVES],
  scores: [SCORE_CHANGES],
};

/** All tables that have a page. */
export const TABLES: readonly TableSchema[] = Object.values(TASKS).flat();

/** The pages by the names of their files. A definition is on the first page of all that several tasks have, and once on each other page. */
export function tablesPages(): ReadonlyMap<string, string> {
  const shared = sharedColumns();
  const pages = Object.entries(TASKS).map(([task, schemas]) => {
    const title = task === "scores" ? "`scores.compare()` of a study" : `\`deno task ${task}\``;
    const known = new Map(shared);
    const parts = [
      `# Tables of ${title}`,
      "[Shared columns](README.md)",
      ...schemas.flatMap((schema) => tableText(schema, known)),
    ];
    return [`${task}.md`, `${parts.join("\n\n")}\n`] as const;
  });
  const names = Object.entries(TASKS).map(([task, schemas]) =>
    `[${task}](${task}.md): ${schemas.map(({ name }) => `\`${name}\``).join(", ")}`
  );
  const index = [
    "# Tables",
    ...INTRODUCTION.map((text) => wrapped(text)),
    "## The tables of each task",
    listOf(names),
    "## Columns of many tables",
    listOf([...shared.values()].map(lineOf)),
  ];
  return new Map([["README.md", `${index.join("\n\n")}\n`], ...pages]);
}

function listOf(lines: readonly string[]): string {
  return lines.map((line) => wrapped(line, { bullet: "- " })).join("\n");
}

interface NamedColumn extends Column {
  readonly name: string;
}

/** The columns of a table without the bounds, which stand beside their estimates. */
function columnsOf({ columns }: TableSchema): NamedColumn[] {
  const bounds = new Set(Object.values(columns).flatMap(boundsOf));
  return Object.entries(columns).filter(([name]) => !bounds.has(name))
    .map(([name, column]) => ({ name, ...column }));
}

function boundsOf({ estimate: { interval, simultaneous } = {} }: Column): string[] {
  return [interval, simultaneous].flatMap((ends) =>
    ends === undefined ? [] : [ends.low, ends.high]
  );
}

function nameOf(column: NamedColumn): string {
  const bounds = boundsOf(column).map((name) => `\`${name}\``).join(", ");
  return `\`${column.name}\`${bounds === "" ? "" : ` (${bounds})`}`;
}

function lineOf(column: NamedColumn): string {
  const notes = [column.unit, column.isKey === true ? "_key_" : ""].filter((note) => note !== "");
  return `${[nameOf(column), ...notes].join(", ")}: ${column.definition}`;
}

/** The columns that several tasks have, by what they mean. */
function sharedColumns(): ReadonlyMap<string, NamedColumn> {
  const columns = Object.entries(TASKS).flatMap(([task, schemas]) =>
    schemas.flatMap(columnsOf).map((column) => ({ task, column }))
  );
  const same = Map.groupBy(columns, ({ column }) => column.definition);
  return new Map(
    [...same].filter(([, of]) => new Set(of.map(({ task }) => task)).size > 1)
      .map(([definition, [first]]) => [definition, first!.column]),
  );
}

/** A table's own columns with their definitions, and the names of those that are known already. */
function tableText(schema: TableSchema, known: Map<string, NamedColumn>): string[] {
  const also: string[] = [];
  const own: string[] = [];
  for (const column of columnsOf(schema)) {
    const first = known.get(column.definition);
    if (first === undefined) own.push(lineOf(column));
    else {
      const as = first.name === column.name ? "" : ` as \`${first.name}\``;
      also.push(`${nameOf(column)}${as}`);
    }
    known.set(column.definition, first ?? column);
  }
  return [
    `## ${schema.name}.csv`,
    wrapped(schema.about),
    ...own.length === 0 ? [] : [listOf(own)],
    ...also.length === 0
      ? []
      : [wrapped(`${own.length === 0 ? "Its columns are" : "Also"} ${also.join(", ")}.`)],
  ];
}
