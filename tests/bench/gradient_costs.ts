/** What gradients cost beside a run that keeps the same values. */

import process from "node:process";
import { runWithGradients } from "../../lib/engine/gradients/tower_gradients.ts";
import { idsInput, runHooked } from "../../lib/engine/run/hooked_run.ts";
import type { Tower } from "../../lib/engine/run/tower.ts";

const ROWS = 16;
const HOOKS = ["blocks.*.attn.hook_z", "blocks.*.mlp.hook_post"];

interface GradientCosts {
  /** Processor time of a run, in milliseconds. */
  readonly forward: number;
  /** The same of a run with gradients. */
  readonly both: number;
}

/** The least of five measurements each, for rows of one sentence. */
export async function gradientCosts(
  tower: Tower,
  ids: readonly number[],
): Promise<GradientCosts> {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  const input = () => idsInput(rows.map(() => ids));
  const run = {
    batches: [{ rows, positions: ids.length, input }],
    rowNames: rows.map((row) => `row ${row}`),
  };
  const target = new Float32Array(tower.shape.projection).fill(1);
  const targets = rows.map(() => target);
  return {
    forward: await leastTime(() => runHooked(tower, { ...run, keep: HOOKS })),
    both: await leastTime(() => runWithGradients(tower, HOOKS, { ...run, targets })),
  };
}

async function leastTime(run: () => Promise<unknown>): Promise<number> {
  await run(); // opens the sessions
  let least = Infinity;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
