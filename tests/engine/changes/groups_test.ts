import { assert, assertEquals } from "@std/assert";
import { changedRuns, dividedGroups } from "../../../lib/engine/changes/groups.ts";
import { RunPlanner } from "../../../lib/engine/plan/planned_runs.ts";
import { type ChangedRun, patch, zero } from "../../../lib/hooks/interventions.ts";
import { randomTokens } from "../../token_pairs.ts";
import { TOWER } from "../plan/numbered.ts";

const LENGTH = 10;

/** One sentence, patched at every position after its first block. */
function groupOf(ids: readonly number[]) {
  const planner = new RunPlanner(TOWER);
  const runs = ids.map((_, position): ChangedRun => (
    { of: "own", changes: [patch("blocks.0.hook_resid_post", { position, from: "own" })] }
  ));
  return {
    sentences: { own: { ids, pooled: ids.length - 1 } },
    runs: runs.map((run) => planner.planned(run)!),
  };
}

Deno.test("changedRuns() changes a sentence before what a run changes, also in the run whose values it takes", () => {
  const [always, own] = [zero("blocks.0.hook_mlp_out"), zero("blocks.1.hook_mlp_out")];
  const taken = patch("blocks.2.hook_mlp_out", { from: { of: "own" } });
  assertEquals(changedRuns({ own: [always] })({ of: "own", changes: [own, taken] }), {
    of: "own",
    changes: [always, own, { ...taken, from: { of: "own", changes: [always] } }],
  });
});

Deno.test("dividedGroups() gives every stream parts of nearly equal size, of groups that begin alike", () => {
  const groups = Array.from(
    { length: 90 },
    (_, i) => groupOf([...randomTokens(4, i % 3), ...randomTokens(6, i)]),
  );
  const shape = { layers: 3, width: 2 ** 10 };
  const stems = Map.groupBy(groups.keys(), (index) => index % 3);
  for (const streams of [1, 2, 4]) {
    const parts = dividedGroups(groups, shape, streams);
    assertEquals(parts.length, streams);
    assertEquals(parts.flat().toSorted((a, b) => a - b), [...groups.keys()]);
    const sizes = parts.map(({ length }) => length);
    assert(Math.max(...sizes) - Math.min(...sizes) <= 2, `${sizes}`);
    const order = parts.flat().map((index) => index % 3);
    assertEquals(order.filter((stem, i) => stem !== order[i - 1]).length, stems.size);
  }
});

Deno.test("dividedGroups() limits the values that a part keeps in memory", () => {
  const groups = Array.from({ length: 32 }, (_, i) => groupOf(randomTokens(LENGTH, i)));
  const width = 2 ** 24 / (3 * 6 * LENGTH * 8); // what 8 sentences keep is the most
  assertEquals(dividedGroups(groups, { layers: 3, width }, 1).length, 4);
  assertEquals(dividedGroups(groups, { layers: 3, width }, 2).length, 8);
  const many = groups.slice(0, 3).map(({ sentences, runs }) => (
    { sentences, runs: Array.from({ length: 100 }, () => runs).flat() } // 1,000 ends
  ));
  const parts = dividedGroups(many, { layers: 3, width: 2 ** 14 }, 1);
  assertEquals(parts.map(({ length }) => length), [1, 1, 1]);
});

Deno.test("dividedGroups() has no part for groups without runs, and one for a single group", () => {
  const shape = { layers: 3, width: 16 };
  const own = groupOf(randomTokens(LENGTH, 1));
  assertEquals(dividedGroups([], shape, 2), []);
  assertEquals(dividedGroups([{ ...own, runs: [] }, own], shape, 2), [[1]]);
});
