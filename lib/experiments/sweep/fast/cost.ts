/** How much arithmetic a residual-stream sweep does, for timing. */

import type { TowerShape } from "../../../engine/tower.ts";
import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import { groupPairs, schedulePair } from "./groups.ts";
import { scheduleSweep, type SweepSchedule } from "./schedule.ts";
import type { SweepPair } from "../general_sweep.ts";

/** Sizes that decide the cost of a token in a block. */
export interface CostShape extends TowerShape {
  readonly mlpWidth: number;
}

/** Floating-point operations of the fast schedule by part of a block; the last part includes the projection of the embedding. */
export interface RowCost {
  /** Queries, keys and values. */
  readonly project: number;
  /** Scores and mixing. */
  readonly attend: number;
  /** Attention's output, the MLP, the embedding. */
  readonly complete: number;
}

/**
 * Counts the operations of the general engine: both sentences go through all blocks, and a row patched after block l goes through
 * the later ones.
 *
 * A token costs 8 D^2 for the four attention projections, 4 D M for the MLP of width M, and 4 T D for scores and mixing.
 *
 * @param pairs The pairs with their cells.
 * @param shape The text tower's sizes.
 * @returns Floating-point operations of all matrix products, a multiplication and an addition counted as two.
 */
export function generalCost(pairs: readonly SweepPair[], shape: CostShape): number {
  const { layers, width, mlpWidth } = shape;
  return sum(pairs, ({ pair, cells }) => {
    const length = pair.affirmative.ids.length;
    const run = cells.filter(({ kind }) => kind === "run");
    const patched = sum(run, ({ layer }) => layers - layer);
    const tokenBlocks = layers * pair.negated.ids.length + (layers + patched) * length;
    return tokenBlocks * (8 * width ** 2 + 4 * width * mlpWidth + 4 * length * width);
  });
}

/**
 * Counts the operations of the fast schedule as it runs, in groups.
 *
 * @param pairs The pairs with their cells.
 * @param shape The text tower's sizes.
 * @param streams The number of streams among which the groups are divided.
 */
export function fastCost(
  pairs: readonly SweepPair[],
  shape: CostShape,
  streams: number,
): RowCost {
  const groups = groupPairs(pairs, { ...shape, streams, site: "resid" }).map(({ members }) =>
    scheduleCost(scheduleSweep(members.map((index) => schedulePair(pairs[index]!))), shape)
  );
  return {
    project: sum(groups, ({ project }) => project),
    attend: sum(groups, ({ attend }) => attend),
    complete: sum(groups, ({ complete }) => complete),
  };
}

/**
 * Counts the fewest operations that the definition allows: all pairs in one group, and no vector computed twice.
 *
 * @param pairs The pairs with their cells.
 * @param shape The text tower's sizes.
 * @returns Floating-point operations.
 */
export function leastCost(pairs: readonly SweepPair[], shape: CostShape): number {
  const { project, attend, complete } = scheduleCost(scheduleSweep(pairs.map(schedulePair)), shape);
  return project + attend + complete;
}

/** 6 D^2 per row for q, k and v, 4 D per key for attention, 2 D^2 + 4 D M for what follows attention. */
function scheduleCost(
  { base, baseSequences, starts, sequences, runs }: SweepSchedule,
  { layers, width, mlpWidth, projection }: CostShape,
): RowCost {
  const square = 2 * width ** 2;
  const blocks = layers - 1; // all but the last
  const sets = blocks * (blocks - 1) / 2; // a set of rows for each layer and later block except the last
  const gathered = blocks - 1; // in its first block a set has the q, k and v of the unpatched runs
  const projected = base.length * blocks + starts.length * (sets - gathered);
  const lastKeys = base.length + starts.length * gathered;
  const completed = base.length * blocks + starts.length * sets + runs.length * blocks;
  const keysOf = (own: readonly Sequence[]) =>
    sum(own, ({ rows: { length }, first }) => (length * (length + 1) - first * (first + 1)) / 2);
  const keys = blocks * keysOf(baseSequences) + sets * keysOf(sequences) +
    blocks * sum(runs, ({ rows }) => rows.length);
  return {
    project: 3 * square * projected + 2 * square * lastKeys + square * runs.length * gathered,
    attend: 4 * width * keys,
    complete: (square + 4 * width * mlpWidth) * completed +
      2 * width * projection * runs.length * blocks,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
