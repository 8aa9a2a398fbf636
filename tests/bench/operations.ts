/** How much arithmetic changed runs need, for timing. */

import { type RunGroup, together } from "../../lib/engine/changes/groups.ts";
import { type BlockNumbers, ROOT } from "../../lib/engine/plan/block_numbers.ts";
import { GroupNumbers } from "../../lib/engine/plan/group_numbers.ts";
import { type BlockNeeds, NeedsFinder, USE } from "../../lib/engine/plan/needs.ts";
import { RunPlanner } from "../../lib/engine/plan/planned_runs.ts";
import { type RowCosts, rowOperations } from "../../lib/engine/rows/row_tower.ts";
import type { Tower } from "../../lib/engine/run/tower.ts";
import { jobsOf } from "../../lib/experiments/trace/trace.ts";
import type { TextTower } from "../../lib/model/text/text_tower.ts";
import type { AlignedPair } from "../../lib/study/rows/prepare.ts";

interface LeastOperations extends Readonly<Record<keyof RowCosts, number>> {
  /** The projections of the distinct embeddings. */
  readonly embed: number;
}

const NOTHING = { hasRow: () => false, hasKeys: () => false, hasOutputs: () => false };

/**
 * Counts the fewest operations that the definition of runs allows: all groups together, no vector computed twice, and none that no
 * run's embedding needs.
 */
export function leastOperations(
  { hooks, shape }: Pick<Tower, "hooks" | "shape">,
  groups: readonly RunGroup[],
): LeastOperations {
  const planner = new RunPlanner({ hooks, shape });
  const all = together(groups.map(({ sentences, runs }) => ({
    ...{ sentences, runs: runs.map((run) => planner.planned(run)!) },
  })));
  const group = new GroupNumbers(shape, all);
  const ends = new Set(
    all.members.flatMap(({ runs }, member) => runs.map((run) => group.endOf(member, run))),
  );
  const { vector, attention, output, mlp } = rowOperations(shape);
  let [project, attend, complete] = [0, 0, 0];
  for (const { block, needs } of new NeedsFinder(group.numbers, NOTHING).find(ends)) {
    const { whole, mid } = needs;
    project += vectorsOf(needs) * vector;
    attend += visibleKeys(group.numbers.blocks[block]!, needs) * attention;
    complete += (whole.length + mid.length) * output + whole.length * mlp;
  }
  const embed = ends.size * 2 * shape.width * shape.projection;
  return { project, attend, complete, embed };
}

function vectorsOf({ rows, uses }: BlockNeeds): number {
  let vectors = 0;
  for (const row of rows) {
    const use = uses.get(row);
    vectors += ((use & USE.query) !== 0 ? 1 : 0) + ((use & USE.key) !== 0 ? 2 : 0);
  }
  return vectors;
}

/** The keys that all needed queries see, summed. */
function visibleKeys(numbers: BlockNumbers, { roots }: BlockNeeds): number {
  let keys = 0;
  for (const root of roots) {
    const kind = numbers.isMade(root) ? numbers.kindOf(root) : ROOT.query;
    if (kind === ROOT.less) continue; // the key's weight is known from the output that it is taken from
    keys += numbers.keysOf(numbers.chainOf(root)).length - (kind === ROOT.without ? 1 : 0);
  }
  return keys;
}

/** The runs of causal tracing at the residual stream for some pairs. */
export function sweepGroups(text: TextTower, pairs: readonly AlignedPair[]): RunGroup[] {
  const jobOf = jobsOf(text, { site: "resid", direction: "denoise" });
  return pairs.map((pair) => jobOf(pair).group);
}
