/** Where the time of a residual sweep went, and how much arithmetic it was. */

import type { RowTimes } from "../engine/rows/row_tower.ts";
import type { SweepEngine } from "../experiments/sweep/sweep.ts";
import { fitsFastSweep } from "../experiments/sweep/fast/groups.ts";
import {
  type CostShape,
  fastCost,
  generalCost,
  leastCost,
} from "../experiments/sweep/fast/cost.ts";
import type { SweepPair } from "../experiments/sweep/general_sweep.ts";

/** Time and arithmetic of a part of the work. */
export interface SweepPhase {
  readonly phase: string;
  readonly seconds: number;
  /** Floating-point operations, where they are counted. */
  readonly operations?: number;
}

/** What was measured. */
export interface TimedSweep {
  readonly pairs: readonly SweepPair[];
  readonly engine: SweepEngine;
  /** The text tower's sizes. */
  readonly shape: CostShape;
  /** Seconds of one sweep. */
  readonly seconds: number;
  /** Milliseconds of one sweep in each part of the blocks, by the fast schedule. */
  readonly times: RowTimes;
  /** The machine's own rate, floating-point operations a second. */
  readonly machine: number;
}

/** What a sweep's time went into. */
export interface SweepPhases {
  /** The sweep, its parts where the fast schedule did all of it, and the least that the definition allows. */
  readonly phases: readonly SweepPhase[];
  /** How many pairs the fast schedule took. */
  readonly fast: number;
  /** Floating-point operations that the definition asks for at the least, where all pairs were swept fast. */
  readonly least?: number;
}

/** Sets the measured times beside the counted arithmetic. */
export function sweepPhases(
  { pairs, engine: { streams }, shape, seconds, times, machine }: TimedSweep,
): SweepPhases {
  const isFast = (pair: SweepPair) =>
    streams !== undefined &&
    fitsFastSweep(pair, { layers: shape.layers, site: "resid" });
  const { true: fast = [], false: general = [] } = Object.groupBy(
    pairs,
    (pair) => `${isFast(pair)}`,
  );
  const cost = fastCost(fast, shape, streams?.count ?? 1);
  const operations = cost.project + cost.attend + cost.complete + generalCost(general, shape);
  const sweep = { phase: "trace", seconds, operations };
  if (general.length > 0) return { phases: [sweep], fast: fast.length };
  const least = leastCost(pairs, shape);
  const part = (phase: string, name: keyof RowTimes): SweepPhase => ({
    phase,
    seconds: times[name] / 1000,
    operations: cost[name],
  });
  return {
    phases: [
      sweep,
      part("q, k, v", "project"),
      part("attention", "attend"),
      part("output, MLP", "complete"),
      { phase: "least arithmetic", seconds: least / machine, operations: least },
    ],
    fast: fast.length,
    least,
  };
}
