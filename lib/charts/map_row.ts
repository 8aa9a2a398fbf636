/** The rows of trace.csv as charts and summaries read them, and where their effect is largest. */

import { groupsOf } from "./spec.ts";

/** The columns of trace.csv that the maps read. */
export interface TraceMapRow {
  /** Which sentence is negated: `caption` or `foil`. */
  readonly negation: string;
  /** `correct`, `ambiguous` or `incorrect`. */
  readonly segment: string;
  /** The activation that was patched: `resid`, `resid_mid`, `attn_out`, `mlp_out` or `z`. */
  readonly site: string;
  /** From 1; from 0 for site `resid`, whose layer 0 is the embeddings. */
  readonly layer: number;
  /** From 1, at site z only. */
  readonly head?: number | undefined;
  /** The patched token's role, e.g. `negator`. */
  readonly role: string;
  /** Number of pairs. */
  readonly n: number;
  /** Mean causal tracing effect; undefined without tokens of the role. */
  readonly cte?: number | undefined;
  /** Lower bound of its interval. */
  readonly cte_low?: number | undefined;
  /** Upper bound of its interval. */
  readonly cte_high?: number | undefined;
}

/** Neighbouring layers at which the same role, at site z of the same head, has the largest mean effect. */
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
 * The role with the largest mean effect, layer by layer, neighbouring layers of one role together.
 *
 * @param group The rows of one negation side and segment; ties go to the earlier row.
 */
export function peakRuns(
  group: readonly Pick<TraceMapRow, "layer" | "head" | "role" | "cte">[],
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
