/** The time and the arithmetic of each part of a residual sweep. */

import { FAST_ENGINE } from "../../lib/engine/changes/run_changes.ts";
import type { RunGroup } from "../../lib/engine/changes/groups.ts";
import type { RowCosts } from "../../lib/engine/rows/row_tower.ts";
import { type CountedTower, generalOperations, leastOperations } from "./operations.ts";

export interface SweepPhase {
  readonly phase: string;
  readonly seconds: number;
  readonly operations?: number;
}

interface TimedSweep {
  readonly groups: readonly RunGroup[];
  /** The manifest's name for the engine of each group. */
  readonly engines: readonly string[];
  readonly tower: CountedTower;
  readonly seconds: number;
  /** What the fast engine spent in each part of the blocks in one sweep. */
  readonly costs: RowCosts;
  /** The machine's own rate in floating-point operations per second. */
  readonly machine: number;
}

interface SweepPhases {
  /** The whole sweep; if the fast engine ran all of it, also its parts and the minimum that the definition allows. */
  readonly phases: readonly SweepPhase[];
  readonly fast: number;
  /** The fewest floating-point operations that the definition allows, if the fast engine ran all pairs. */
  readonly least?: number;
}

export function sweepPhases(
  { groups, engines, tower, seconds, costs, machine }: TimedSweep,
): SweepPhases {
  const { fast = [], general = [] } = Object.groupBy(
    groups,
    (_, index) => engines[index] === FAST_ENGINE ? "fast" : "general",
  );
  const { embed, ...least } = leastOperations(tower, fast);
  const { project, attend, complete } = costs;
  const operations = sum([project, attend, complete].map((part) => part.operations)) + embed +
    generalOperations(general, tower.shape);
  const sweep = { phase: "trace", seconds, operations };
  if (general.length > 0) return { phases: [sweep], fast: fast.length };
  const part = (phase: string, name: keyof RowCosts): SweepPhase => ({
    phase,
    seconds: costs[name].milliseconds / 1000,
    operations: costs[name].operations,
  });
  const leastOfAll = sum(Object.values(least)) + embed;
  return {
    phases: [
      sweep,
      part("q, k, v", "project"),
      part("attention", "attend"),
      part("output, MLP", "complete"),
      { phase: "least arithmetic", seconds: leastOfAll / machine, operations: leastOfAll },
    ],
    fast: fast.length,
    least: leastOfAll,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
