/** Finds where the effects of a trace are largest, layer by layer. */

import { excludesZero } from "../../tables/estimates.ts";
import { groupsOf } from "../../charts/texts.ts";

/** The least absolute effect that summaries and descriptions of charts name: one twentieth of d. */
export const LEAST_EFFECT = 0.05;

/** Which effects a chart's description names. */
export const CERTAIN =
  "Effects are named as in the summary, if their simultaneous 95 % interval excludes 0.";

const DIGITS = 2; // of an effect in texts; effects that look the same there are tied

/** The columns of trace.csv and effects.csv that are needed to find the largest effects. */
export interface PeakCell {
  /** From 1, or from 0 for the embeddings. */
  readonly layer: number;
  /** The patched token's role. */
  readonly role: string;
  /** The causal tracing effect; undefined if there is none. */
  readonly cte?: number | undefined;
  readonly simultaneous_low?: number | undefined;
  readonly simultaneous_high?: number | undefined;
}

/** Neighbouring layers at which the same roles have the largest effect, with the same sign; or at which no role has one. */
export interface PeakRun<Cell> {
  /** The first layer. */
  readonly from: number;
  /** The last layer. */
  readonly to: number;
  /**
   * For each of these roles (more than one if they are tied) the cell of the layer where its effect is largest; none if no effect is named.
   */
  readonly peaks: readonly Cell[];
  /** Whether some effect is at least {@linkcode LEAST_EFFECT}, named or not. */
  readonly isLarge: boolean;
}

export function isLarge({ cte }: Pick<PeakCell, "cte">): boolean {
  return cte !== undefined && Math.abs(cte) >= LEAST_EFFECT;
}

/**
 * Whether summaries and descriptions of charts name an effect: it is large, and its simultaneous interval excludes 0. What is named is
 * the largest of many cells, which one cell's own interval does not allow for.
 */
export function isCertain(cell: Omit<PeakCell, "layer" | "role">): boolean {
  const { simultaneous_low: low, simultaneous_high: high } = cell;
  return isLarge(cell) && excludesZero({ low, high });
}

/** Finds the roles with the largest effect, of either sign, at each layer, and joins neighbouring layers with the same roles and signs. */
export function peakRuns<Cell extends PeakCell>(
  group: readonly Cell[],
  isNamed: (cell: Cell) => boolean,
  isApart: (cell: Cell) => boolean = () => false,
): readonly PeakRun<Cell>[] {
  const runs: (PeakRun<Cell> & { readonly key: string })[] = [];
  const known = group.filter(({ cte }) => cte !== undefined);
  for (const cells of groupsOf(known, (cell) => `${cell.layer}`)) {
    const peaks = largestOf(cells.filter(isNamed));
    const isAnyLarge = cells.some(isLarge);
    const alike = peaks.map((cell) => [cell.role, cell.cte! > 0, isApart(cell)]);
    const key = JSON.stringify([alike, isAnyLarge]);
    const { layer } = cells[0]!;
    const last = runs.at(-1);
    if (last?.key !== key) {
      runs.push({ key, from: layer, to: layer, peaks, isLarge: isAnyLarge });
      continue;
    }
    const joined = peaks.map((cell, i) => largerOf(last.peaks[i]!, cell));
    runs[runs.length - 1] = { ...last, to: layer, peaks: joined };
  }
  return runs.map(({ key: _key, ...run }) => run);
}

/** The cells whose absolute effect is the largest, to the digits of a text. */
function largestOf<Cell extends PeakCell>(cells: readonly Cell[]): readonly Cell[] {
  const format = ({ cte }: Cell) => Math.abs(cte!).toFixed(DIGITS);
  const top = cells.reduce<Cell | undefined>(
    (a, b) => a === undefined ? b : largerOf(a, b),
    undefined,
  );
  return top === undefined ? [] : cells.filter((cell) => format(cell) === format(top));
}

function largerOf<Cell extends PeakCell>(a: Cell, b: Cell): Cell {
  return Math.abs(b.cte!) > Math.abs(a.cte!) ? b : a;
}

export interface PeaksTextOptions<Cell> {
  readonly nameOf: (cell: Cell) => string;
  readonly isNamed: (cell: Cell) => boolean;
}

/**
 * Where effects are largest, for readers who cannot see the chart, e.g. `largest at negator in layers 0 to 3, EOT in layer 4, none of
 * .05 or more in layer 5`.
 */
export function peaksText<Cell extends PeakCell>(
  cells: readonly Cell[],
  { nameOf, isNamed }: PeaksTextOptions<Cell>,
): string | undefined {
  const runs = peakRuns(cells, isNamed);
  if (runs.length === 0) return undefined;
  const parts = runs.map(({ from, to, peaks, isLarge }) => {
    const none = isLarge ? "none certain" : "none of .05 or more";
    const what = peaks.length === 0 ? none : peaks.map(nameOf).join(" and ");
    return `${what} in ${from === to ? `layer ${from}` : `layers ${from} to ${to}`}`;
  });
  const isAny = runs.some(({ peaks }) => peaks.length > 0);
  return `${isAny ? "largest at" : "effects:"} ${parts.join(", ")}`;
}
