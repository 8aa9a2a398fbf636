/** Finds where the effects of a trace are largest, layer by layer. */

import { groupsOf } from "./spec.ts";

/** The columns of trace.csv and effects.csv that are needed to find the largest effects. */
export interface PeakRow {
  /** From 1, or from 0 for the embeddings. */
  readonly layer: number;
  /** From 1, at site z only. */
  readonly head?: number | undefined;
  /** The patched token's role. */
  readonly role: string;
  /** The causal tracing effect; undefined if there is none. */
  readonly cte?: number | undefined;
}

/** Neighbouring layers at which the same role (at site z, of the same head) has the largest mean effect. */
export interface PeakRun {
  /** The role. */
  readonly role: string;
  /** From 1, at site z only. */
  readonly head: number | undefined;
  /** The first layer. */
  readonly from: number;
  /** The last layer. */
  readonly to: number;
}

/**
 * Finds the role with the largest mean effect at each layer, and joins neighbouring layers with the same role.
 *
 * @param group The rows of one negation side and segment; ties go to the earlier row.
 */
export function peakRuns(
  group: readonly PeakRow[],
): readonly PeakRun[] {
  const runs: PeakRun[] = [];
  const known = group.filter(({ cte }) => cte !== undefined);
  for (const layer of groupsOf(known, (row) => `${row.layer}`)) {
    const top = layer.reduce((best, row) => row.cte! > best.cte! ? row : best);
    const last = runs.at(-1);
    const from = last?.role === top.role && last.head === top.head ? runs.pop()!.from : top.layer;
    runs.push({ role: top.role, head: top.head, from, to: top.layer });
  }
  return runs;
}
