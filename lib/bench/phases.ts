/** The time and the arithmetic of each part of a residual sweep. */

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
  /** Floating-point operations, if they are counted. */
  readonly operations?: number;
}

/** A measured sweep. */
export interface TimedSweep {
  readonly pairs: readonly SweepPair[];
  readonly engine: SweepEngine;
  /** The text tower's sizes. */
  readonly shape: CostShape;
  /** Seconds of one sweep. */
  readonly seconds: number;
  /** Milliseconds that the fast schedule spent in each part of the blocks in one sweep. */
  readonly times: RowTimes;
  /** The machine's own rate in floating-point operations per second. */
  readonly machine: number;
}

/** The phases of a sweep. */
export interface SweepPhases {
  /** The whole sweep; if the fast schedule ran all of it, also its parts and the minimum that the definition allows. */
  readonly phases: readonly SweepPhase[];
  /** The number of pairs that the fast schedule ran. */
  readonly fast: number;
  /** The fewest floating-point operations that the definition allows, if the fast schedule ran all pairs. */
  readonly least?: number;
}

/** Combines the measured times with the counted operations. */
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
