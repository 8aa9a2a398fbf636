/** How much arithmetic a residual-stream sweep does, for timing. */

import type { TowerShape } from "../clip/tower.ts";
import type { SweepPair } from "./trace_sweep.ts";

/** Sizes that decide the cost of a token in a block. */
export interface CostShape extends TowerShape {
  readonly mlpWidth: number;
}

/** The work of a sweep. */
export interface SweepCost {
  /** Tokens times blocks: how often a token goes through a block. */
  readonly tokenBlocks: number;
  /** Floating-point operations of all matrix products, a multiplication and an addition counted as two. */
  readonly operations: number;
}

/**
 * Counts what a sweep at site resid does: both sentences go through all blocks, a row that is patched after block l through the
 * later ones.
 *
 * A token costs 8 D^2 for the four attention projections, 4 D M for the MLP of width M, and 4 T D for scores and mixing.
 *
 * @param pairs The pairs with their cells.
 * @param shape The text tower's sizes.
 */
export function sweepCost(pairs: readonly SweepPair[], shape: CostShape): SweepCost {
  const { layers, width, mlpWidth } = shape;
  let tokenBlocks = 0;
  let operations = 0;
  for (const { pair, cells } of pairs) {
    const length = pair.affirmative.ids.length;
    const patched = cells.filter(({ kind }) => kind === "run")
      .reduce((blocks, { layer }) => blocks + layers - layer, 0);
    const own = layers * pair.negated.ids.length + (layers + patched) * length;
    tokenBlocks += own;
    operations += own * (8 * width ** 2 + 4 * width * mlpWidth + 4 * length * width);
  }
  return { tokenBlocks, operations };
}
