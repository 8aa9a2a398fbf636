/** The findings and the charts of a comparison with the published figures. */

import type { MeasuredRun } from "../../../runs/open_run.ts";
import type { Finding, FindingTable } from "../../../study/experiment/finding.ts";
import { intervalText } from "../../../tables/text_table.ts";
import type { Word } from "../../../tables/words.ts";
import { studyDifference } from "../models.ts";
import type { Comparison } from "./compare.ts";
import { claimLines, claimSentences, judgedClaims, YES_OR_NO } from "./claims.ts";
import {
  type ComparisonRow,
  hasMap,
  hasPublishedPlaces,
  type PublishedMatch,
  type PublishedVerdict,
  QUANTITIES,
} from "./figures.ts";
import { heatMap } from "../../../charts/heat_map.ts";
import { groupsInOrder, groupsOf, sidesOf } from "../../../charts/texts.ts";
import { type ChartOptions, type ChartSpec, isEmptyChart } from "../../../charts/spec.ts";
import { traceMaps } from "../../../experiments/trace/chart.ts";
import type { Sources } from "../../../reading/path.ts";

/** What other figures of such a model and data mean. */
const VERDICTS: Readonly<Record<PublishedVerdict, string>> = {
  "not published": "Model or data are not those of the paper, so that other numbers are expected",
  "unknown":
    "Whether model and data are those of the paper cannot be told, so that other numbers may be expected",
  "as published": "Model and data have the sizes and the row counts of the paper's",
};

function worstVerdict(matches: readonly PublishedMatch[]): PublishedVerdict {
  return (["not published", "unknown", "as published"] as const).find((verdict) =>
    matches.some((match) => match.verdict === verdict)
  )!;
}

export function comparisonFinding(
  { comparison: { rows }, matches, baselines }: Comparison,
  runs: readonly MeasuredRun[],
): Finding {
  const claims = judgedClaims(
    rows,
    runs.filter(({ record: { folder } }) => !baselines.includes(folder)),
  );
  const isComparable = worstVerdict(matches) !== "not published";
  const isSamePlace = runs.every(({ record }) => hasPublishedPlaces(record.text));
  return {
    sentences: [
      ...claimSentences(claims),
      VERDICTS[worstVerdict(matches)],
      ...isComparable ? insideSentence(rows) : [],
    ],
    tables: [
      { title: "The findings of the paper", lines: claimLines(claims) },
      figuresTable(rows, isComparable),
    ],
    notes: rows.some(isOfMap) && !isSamePlace ? [OTHER_PLACES] : [],
  };
}

/** What is said of the compared runs themselves: sentences, and lines about models, data and baselines. */
export function aboutRuns(
  { matches, baselines }: Comparison,
  runs: readonly MeasuredRun[],
): { readonly sentences: string[]; readonly method: string[] } {
  const compared = runs.filter(({ record: { folder } }) => !baselines.includes(folder));
  return {
    sentences: sourceSentences(compared.filter(hasMap)),
    method: [
      ...matches.flatMap(checkLines),
      ...baselines.length === 0 && compared.some(hasMap) ? [NO_BASELINE] : [],
    ],
  };
}

export const COMPARISON_WORDS: readonly Word[] = [
  ...QUANTITIES.map(({ name, means }) => ({ word: name, means })),
  {
    word: "inside",
    means:
      "whether the published figure is in the measured one's 95 % interval. The published figures have none; both may be of the same images, so that an interval says how far d varies over such rows, not how exact a repetition is, and the wide interval of few rows holds many figures",
  },
];

function checkLines({ folder, checks }: PublishedMatch): string[] {
  return checks.filter(({ found, published }) => found !== published)
    .map(({ subject, published, found }) =>
      `${folder}: ${subject} ${found ?? "unknown"}; published: ${published}`
    );
}

/** That the models or the data of two of the runs differ, and in what first. */
function sourceSentences(runs: readonly MeasuredRun[]): string[] {
  const differences = runs.flatMap(({ record }, i) =>
    runs.slice(i + 1).map((other) => studyDifference(record, other.record) ?? [])
  ).flat();
  return differences.length === 0
    ? []
    : [`The runs are not of one model and data: they differ in ${differences[0]}`];
}

function isInside({ published, low, high }: ComparisonRow): boolean | undefined {
  if (low === undefined || high === undefined) return undefined;
  return low <= published && published <= high;
}

function insideSentence(rows: readonly ComparisonRow[]): string[] {
  const known = rows.filter((row) => isInside(row) !== undefined && !isOfMap(row));
  const inside = known.filter(isInside).length;
  return known.length === 0 ? [] : [
    `Of the ${known.length} published figures of accuracies and correlations with a measured 95 % interval, ${inside} lie inside it`,
  ];
}

function isOfMap({ quantity }: ComparisonRow): boolean {
  return QUANTITIES.some(({ name, isMap }) => isMap && name === quantity);
}

function figuresTable(rows: readonly ComparisonRow[], isComparable: boolean): FindingTable {
  return {
    title: "Published and measured",
    lines: rows.filter((row) => !isOfMap(row)).map((row) => ({
      figure: row.of === undefined
        ? row.quantity
        : `${row.quantity}${/^[\d.]/.test(row.of) ? ", size >" : " of"} ${row.of}`,
      protocol: row.protocol,
      negated: row.negation,
      published: row.published,
      ...{ n: row.n, measured: row.measured, "95 % interval": intervalText(row) },
      ...isComparable && { inside: YES_OR_NO.get(isInside(row)) },
    })),
  };
}

const NO_BASELINE =
  "No baseline: rho of random weights is far from 0 too; run the same with --random-weights N, and name that run as well";

const OTHER_PLACES =
  "The published maps are not compared cell by cell: the text encoder does not have as many blocks and heads as the published one (12 blocks of 8 heads), so that equal numbers of layers or heads do not mean equal places. comparison.csv has both side by side; rho in agreement.csv is over equal numbers, and random weights have one too.";

type MapOptions = ChartOptions & {
  readonly note: string;
};

/** Every cell twice: with its published value, then with its measured one. */
function columnsBeside<Row extends ComparisonRow>(rows: readonly Row[]) {
  return (["published", "measured"] as const)
    .flatMap((column) => rows.map((row) => ({ ...row, column, value: row[column] })));
}

/** A panel for each group of rows and column. */
function panelsBeside<
  Cell extends { negation: string; segment?: string | undefined; column: string },
>(cells: readonly Cell[]) {
  return groupsOf(cells, ({ negation, segment, column }) => `${negation} ${segment} ${column}`)
    .map((rows) => {
      const { negation, segment, column } = rows[0]!;
      const group = [`${negation}-negated`, segment].filter((word) => word !== undefined);
      return { title: [group.join(", "), column], rows };
    });
}

/** Draws for each group of rows the published map of the causal tracing effect and the measured one beside it, without marks, since neither has intervals there. */
export function comparisonMaps(
  rows: readonly ComparisonRow[],
  { note, ...options }: MapOptions,
): ChartSpec {
  const traced = rows.flatMap(({ negation, segment, role, layer, ...row }) =>
    row.quantity === "causal_trace"
      ? [{ ...row, negation: negation!, segment: segment!, role: role!, layer: layer! }]
      : []
  );
  const cells = groupsInOrder(traced).flatMap(columnsBeside)
    .map(({ value, ...cell }) => ({ ...cell, cte: value }));
  return traceMaps(cells, {
    ...options,
    title: "Causal tracing effect (CTE), published and measured",
    subtitle: note,
    about:
      "Causal tracing effect (CTE) as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right, by token role and layer. Bars show the population standard deviation (SD) over the roles from the negator to EOT. Neither map has intervals, so that the largest values need not be certain",
    columns: 2,
    value: { field: "cte", title: "CTE" },
    panels: panelsBeside,
  });
}

/** Draws for each negated side the published selectivity of every head and the measured one beside it. */
export function comparisonHeadMaps(
  rows: readonly ComparisonRow[],
  { note, ...options }: MapOptions,
): ChartSpec {
  const heads = rows.flatMap(({ negation, layer, head, ...row }) =>
    row.quantity === "negator_attention"
      ? [{ ...row, negation: negation!, layer: layer!, head: head! }]
      : []
  );
  const cells = sidesOf(heads).flatMap(columnsBeside);
  const isFull = cells.every(({ value }) => value !== undefined);
  return heatMap(cells, {
    ...options,
    title: "Negator selectivity of attention heads, published and measured",
    subtitle: note,
    about:
      `Negator selectivity of attention heads as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right: a head's largest attention to the negator minus that to its twin in the affirmative sentence, mean over rows${
        isFull ? "" : ". Grey: no value"
      }`,
    columns: 2,
    panels: panelsBeside,
    x: "layer",
    y: "head",
    value: { field: "value", title: "selectivity" },
  });
}

/** Draws the charts for which there are figures, by the names of their files; the line below their titles is the worst verdict of all runs. */
export function comparisonCharts(
  { comparison: { rows }, matches }: Pick<Comparison, "comparison" | "matches">,
  sources: Sources,
): ReadonlyMap<string, ChartSpec> {
  const options = { sources, note: VERDICTS[worstVerdict(matches)] };
  const charts = [
    ["comparison_maps", comparisonMaps(rows, options)],
    ["comparison_heads", comparisonHeadMaps(rows, options)],
  ] as const;
  return new Map(charts.filter(([, spec]) => !isEmptyChart(spec)));
}
