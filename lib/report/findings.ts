/** What a run found, in sentences and small tables for a terminal. */

import { roleLabel } from "./charts/roles.ts";
import { textTable } from "./terminal.ts";

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

/** The columns of trace.csv that the text reads. */
export interface TraceLine {
  readonly negation: string;
  readonly segment: string;
  readonly layer: number;
  readonly head: number | undefined;
  readonly role: string;
  readonly n: number;
  readonly cte: number | undefined;
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
export function traceFindings(rows: readonly TraceLine[]): string {
  const groups = Map.groupBy(rows, ({ negation, segment }) => `${negation}-negated, ${segment}`);
  const lines = [...groups].map(([group, own]) => {
    const n = Math.max(...own.map((row) => row.n));
    const layers = Map.groupBy(own, ({ layer }) => layer);
    const peaks = [...layers].flatMap(([layer, cells]) => {
      const known = cells.filter(({ cte }) => cte !== undefined);
      if (known.length === 0) return [];
      const { role, head } = known.reduce((best, cell) => cell.cte! > best.cte! ? cell : best);
      return [{
        layer,
        what: head === undefined ? roleLabel(role) : `${roleLabel(role)}, head ${head}`,
      }];
    });
    return `  ${group} (n = ${n}): ${joinRuns(peaks)}\n`;
  });
  return `Largest mean effect by layer\n${lines.join("")}`;
}

/** "negator 0-3, full stop 4". */
function joinRuns(peaks: readonly { readonly layer: number; readonly what: string }[]): string {
  const runs: { what: string; first: number; last: number }[] = [];
  for (const { layer, what } of peaks) {
    const run = runs.at(-1);
    if (run?.what === what && run.last === layer - 1) run.last = layer;
    else runs.push({ what, first: layer, last: layer });
  }
  return runs.map(({ what, first, last }) =>
    first === last ? `${what} ${first}` : `${what} ${first}-${last}`
  )
    .join(", ");
}
