/** How much arithmetic changed runs need, for timing. */

import { type RunGroup, together } from "../../lib/engine/changes/groups.ts";
import { type BlockNumbers, ROOT } from "../../lib/engine/plan/block_numbers.ts";
import { GroupNumbers } from "../../lib/engine/plan/group_numbers.ts";
import { type BlockNeeds, NeedsFinder, USE } from "../../lib/engine/plan/needs.ts";
import { RunPlanner } from "../../lib/engine/plan/planned_runs.ts";
import { RowTower } from "../../lib/engine/rows/row_tower.ts";
import type { Tower } from "../../lib/engine/run/tower.ts";
import { jobsOf } from "../../lib/experiments/trace/trace.ts";
import type { TextTower } from "../../lib/model/text/text_tower.ts";
import type { AlignedPair } from "../../lib/study/rows/prepare.ts";

/** What is done in a block: queries, keys and values; attention; its output and the MLP. */
export type Part = "project" | "attend" | "complete";

type PartCosts = Record<Part, { milliseconds: number; operations: number }>;

/** Floating-point operations of a block's matrix products, a multiplication and an addition being two: for one query, key or output. */
function rowOperations({ width, mlpWidth }: Tower["shape"]) {
  const square = 2 * width ** 2;
  return { vector: square, attention: 4 * width, output: square, mlp: 4 * width * mlpWidth };
}

/** Measures, until disposal, what towers of a shape do row by row in this thread; repeated queries and hidden keys do not count. */
export function measuredParts(shape: Tower["shape"]): PartCosts & Disposable {
  const { vector, attention, output, mlp } = rowOperations(shape);
  const { project, attend, addAttention, addMlp } = RowTower.prototype;
  const none = { milliseconds: 0, operations: 0 };
  const costs: PartCosts = { project: { ...none }, attend: { ...none }, complete: { ...none } };
  const measured = <Args extends unknown[]>(
    part: Part,
    run: (...args: Args) => Promise<void>,
    operations: (...args: Args) => number,
  ) =>
    async function (this: RowTower, ...args: Args) {
      const start = performance.now();
      await run.apply(this, args);
      costs[part].milliseconds += performance.now() - start;
      costs[part].operations += operations(...args);
    };
  const rows = (data?: Float32Array) => (data?.length ?? 0) / shape.width;
  const visible = ({ results, seen, queries, keys }: Parameters<typeof attend>[0]) => {
    let count = 0;
    for (let i = 0; i < results.length; i += shape.heads) { // of each computed position, its first head
      const [sequence, query] = [Math.floor(results[i]! / (shape.heads * queries)), results[i]!];
      const line = (sequence * queries + query % queries) * keys;
      for (const x of seen.subarray(line, line + keys)) count += x;
    }
    return count;
  };
  Object.assign(RowTower.prototype, {
    project: measured(
      "project",
      project,
      (_, __, { q, k, v }) => (rows(q) + rows(k) + rows(v)) * vector,
    ),
    attend: measured("attend", attend, (batch) => visible(batch) * attention),
    addAttention: measured("complete", addAttention, (_, x) => rows(x) * output),
    addMlp: measured("complete", addMlp, (_, mid) => rows(mid) * mlp),
  });
  const dispose = () =>
    void Object.assign(RowTower.prototype, { project, attend, addAttention, addMlp });
  return Object.assign(costs, { [Symbol.dispose]: dispose });
}

const NOTHING = { hasRow: () => false, hasKeys: () => false, hasOutputs: () => false };

/**
 * Counts the fewest operations that the definition of runs allows: all groups together, no vector computed twice, and none that no
 * run's embedding needs; `embed`: the projections of the distinct embeddings.
 */
export function leastOperations(
  { hooks, shape }: Pick<Tower, "hooks" | "shape">,
  groups: readonly RunGroup[],
): Readonly<Record<Part | "embed", number>> {
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
