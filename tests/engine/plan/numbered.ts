/** Numbers groups of runs of a tower that does not exist. */

import { type RunGroup, together } from "../../../lib/engine/changes/groups.ts";
import { GroupNumbers } from "../../../lib/engine/plan/group_numbers.ts";
import { type AtHand, type BlockNeeds, NeedsFinder } from "../../../lib/engine/plan/needs.ts";
import { RunPlanner } from "../../../lib/engine/plan/planned_runs.ts";
import type { ChangedRun } from "../../../lib/hooks/interventions.ts";

/** A tower of 3 blocks with 2 heads. */
export const TOWER = {
  shape: { layers: 3, heads: 2 },
  hooks: [0, 1, 2].flatMap((block) =>
    [
      ...["hook_resid_pre", "attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_attn_scores"],
      ...["attn.hook_pattern", "attn.hook_z", "hook_attn_out", "hook_resid_mid", "hook_mlp_out"],
      "hook_resid_post",
    ].map((name) => `blocks.${block}.${name}`)
  ),
};

export const NOTHING: AtHand = {
  hasRow: () => false,
  hasKeys: () => false,
  hasOutputs: () => false,
};

/** A sentence with the given tokens, the last of which becomes the embedding. */
export function sentence(...ids: readonly number[]): { ids: readonly number[]; pooled: number } {
  return { ids, pooled: ids.length - 1 };
}

/** Two sentences of a number of tokens that differ at one position. */
export function pairOf(length: number, { negator = 3, first = 10, no = 5 } = {}) {
  const ids = Array.from({ length }, (_, i) => first + i);
  return { negated: sentence(...ids.with(negator, no)), affirmative: sentence(...ids) };
}

/** Numbered groups. */
export interface Numbered {
  readonly numbers: GroupNumbers;
  readonly ends: readonly (readonly number[])[]; // row at the end token of each run of each group
  /** What each block must compute for these rows, if nothing is at hand. */
  readonly needs: readonly BlockNeeds[];
}

/** Numbers groups, all of whose runs can be planned. */
export function numbered(groups: readonly RunGroup[], tower = TOWER): Numbered {
  const planner = new RunPlanner(tower);
  const all = together(groups.map(({ sentences, runs }) => ({
    ...{ sentences, runs: runs.map((run) => planner.planned(run)!) },
  })));
  const numbers = new GroupNumbers(tower.shape, all);
  const ends = all.members.map(({ runs }, member) => runs.map((run) => numbers.endOf(member, run)));
  const found = new NeedsFinder(numbers.numbers, NOTHING).find(ends.flat());
  return { numbers, ends, needs: found.map(({ needs }) => needs) };
}

/** The ends of some runs of one pair, those of its two unchanged runs first. */
export function endsOf(length: number, runs: readonly ChangedRun[]): number[] {
  const unchanged = [{ of: "negated" }, { of: "affirmative" }];
  return [...numbered([{ sentences: pairOf(length), runs: [...unchanged, ...runs] }]).ends[0]!];
}
