/** What a run found, in sentences and small tables for a terminal. */

import { roleLabel } from "../charts/roles.ts";
import { groupsOf, pairGroupTitle } from "../charts/spec.ts";
import { peakRuns, type TraceMapRow } from "./trace/map_row.ts";
import { spearman } from "../stats/correlation.ts";
import { textTable } from "../tables/text_table.ts";

/** The columns of summary.csv that the text reads. */
export interface SummaryLine {
  readonly negation: string;
  readonly n: number;
  readonly accuracy: number | undefined;
  readonly accuracy_low: number | undefined;
  readonly accuracy_high: number | undefined;
  readonly correct: number;
  readonly ambiguous: number;
  readonly incorrect: number;
  readonly mean_d: number | undefined;
}

/**
 * How well the model tells the sentences apart.
 *
 * @param rows Rows of summary.csv.
 */
export function scoreFindings(rows: readonly SummaryLine[]): string {
  const lines = rows.filter(({ n }) => n > 0).map((row) => ({
    negated: row.negation,
    n: row.n,
    accuracy: row.accuracy,
    "95 % interval": row.accuracy_low === undefined
      ? ""
      : `${row.accuracy_low.toFixed(3)} to ${row.accuracy_high!.toFixed(3)}`,
    correct: row.correct,
    ambiguous: row.ambiguous,
    incorrect: row.incorrect,
    "mean d": row.mean_d,
  }));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  return textTable({ name: "summary", columns, rows: lines });
}

/**
 * Where the effect sits: for each group the role with the largest mean effect, layer by layer.
 *
 * @param rows Rows of trace.csv.
 */
export function traceFindings(rows: readonly TraceMapRow[]): string {
  if (rows.length === 0) {
    return "No row is in the segments to trace; choose others with --segments correct,incorrect,ambiguous\n";
  }
  const lines = groupsOf(rows, ({ negation, segment }) => `${negation},${segment}`).map((group) => {
    const peaks = peakRuns(group).map(({ role, head, from, to }) => {
      const what = head === undefined ? roleLabel(role) : `${roleLabel(role)}, head ${head},`;
      return `${what} ${from === to ? from : `${from}-${to}`}`;
    });
    return `  ${pairGroupTitle(group)}: ${peaks.join(", ")}\n`;
  });
  return `Largest mean effect by layer\n${lines.join("")}`;
}

/** The columns of heads.csv that the text reads. */
export interface HeadLine {
  readonly negation: string;
  readonly layer: number;
  readonly head: number;
  readonly selectivity: number | undefined;
  readonly selectivity_low: number | undefined;
  readonly selectivity_high: number | undefined;
  readonly correlation_with_d: number | undefined;
  readonly q_value: number | undefined;
}

/** How many heads of a side are named. */
const NAMED_HEADS = 5;

/**
 * The most selective heads of each side.
 *
 * @param rows Rows of heads.csv.
 */
export function headFindings(rows: readonly HeadLine[]): string {
  const lines = groupsOf(rows, ({ negation }) => negation).flatMap((side) =>
    side.toSorted((a, b) => (b.selectivity ?? 0) - (a.selectivity ?? 0)).slice(0, NAMED_HEADS)
  ).map((row) => ({
    negated: row.negation,
    "layer.head": `${row.layer}.${row.head}`,
    selectivity: row.selectivity,
    low: row.selectivity_low,
    high: row.selectivity_high,
    "r with d": row.correlation_with_d,
    q: row.q_value,
  }));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  return `Most selective heads\n${textTable({ name: "heads", columns, rows: lines })}`;
}

/** A head's selectivity and what its sight of the negator adds to d. */
export interface KnockoutLine {
  readonly negation: string;
  readonly layer: number;
  readonly head: number;
  readonly selectivity: number | undefined;
  readonly mean_effect: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/**
 * Whether the selective heads matter: the effects of the most selective ones, and how selectivity and effect go together.
 *
 * @param points One a head and side.
 */
export function knockoutFindings(points: readonly KnockoutLine[]): string {
  const sides = groupsOf(points, ({ negation }) => negation);
  const lines = sides.flatMap((side) =>
    side.toSorted((a, b) => (b.selectivity ?? 0) - (a.selectivity ?? 0)).slice(0, NAMED_HEADS)
  ).map(({ negation, layer, head, selectivity, mean_effect, low, high }) => ({
    negated: negation,
    "layer.head": `${layer}.${head}`,
    selectivity,
    "effect on d": mean_effect,
    low,
    high,
  }));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  const table = textTable({ name: "heads", columns, rows: lines });
  const together = sides.map((side) => {
    const rho = spearman(
      side.map((row) => row.selectivity ?? 0),
      side.map((row) => row.mean_effect ?? 0),
    );
    return `${side[0]!.negation}-negated ${rho === undefined ? "undefined" : rho.toFixed(3)}`;
  });
  return `What the most selective heads' sight of the negator adds to d (mean, 95 % interval)\n${table}` +
    `Spearman's rho of selectivity and effect over all heads: ${together.join(", ")}\n`;
}

/** The columns of ablation_summary.csv that the text reads. */
export interface AblationLine {
  readonly negation: string;
  readonly segment: string;
  readonly layer: number;
  readonly part: string;
  readonly n: number;
  readonly mean_effect: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/**
 * The parts of the image tower that add most to d, one way or the other.
 *
 * @param rows Rows of ablation_summary.csv.
 */
export function ablationFindings(rows: readonly AblationLine[]): string {
  const all = rows.filter(({ segment }) => segment === "all");
  const lines = groupsOf(all, ({ negation }) => negation).flatMap((side) =>
    side.toSorted((a, b) => Math.abs(b.mean_effect ?? 0) - Math.abs(a.mean_effect ?? 0)).slice(0, 3)
  ).map(({ negation, n, layer, part, mean_effect, low, high }) => (
    { negated: negation, n, layer, part, "effect on d": mean_effect, low, high }
  ));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  return `Parts of the image tower that add most to d\n${
    textTable({ name: "parts", columns, rows: lines })
  }`;
}

/** The columns of correlations.csv that the text reads. */
export interface CorrelationLine {
  readonly negation: string;
  readonly feature: string;
  readonly n: number;
  readonly r: number | undefined;
  readonly r_low: number | undefined;
  readonly r_high: number | undefined;
  readonly q_value: number | undefined;
}

/**
 * The features that go with d.
 *
 * @param rows Rows of correlations.csv.
 */
export function correlationFindings(rows: readonly CorrelationLine[]): string {
  const lines = rows.map(({ negation, feature, n, r, r_low, r_high, q_value }) => (
    { negated: negation, feature, n, r, low: r_low, high: r_high, q: q_value }
  ));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  return `Correlation with d\n${textTable({ name: "correlations", columns, rows: lines })}`;
}

/** The columns of audit.csv that the text reads. */
export interface AuditLine {
  readonly negation: string;
  readonly n: number;
  readonly distinct_pairs: number;
  readonly largest_block: string;
  readonly block_n: number;
  readonly feature: string;
  readonly r: number | undefined;
  readonly r_without_block: number | undefined;
}

/**
 * How much the most repeated sentence pair of each side weighs.
 *
 * @param rows Rows of audit.csv.
 */
export function auditFindings(rows: readonly AuditLine[]): string {
  const digits = (r: number | undefined) => r === undefined ? "none" : r.toFixed(3);
  const sides = groupsOf(rows, ({ negation }) => negation).map((side) => {
    const { negation, n, distinct_pairs, largest_block, block_n } = side[0]!;
    const changes = side.map(({ feature, r, r_without_block }) =>
      `${feature} ${digits(r)} becomes ${digits(r_without_block)}`
    );
    return `  ${negation}-negated: ${distinct_pairs} distinct sentence pairs in ${n} rows; ` +
      `without the ${block_n} rows "${largest_block}" r of ${changes.join(", ")}\n`;
  });
  return `Repeated sentences\n${sides.join("")}`;
}
