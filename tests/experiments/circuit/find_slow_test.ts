/** The search that drops and adds nodes, against all sets of nodes of a small model. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import {
  findCircuit,
  LIMIT_NAME,
  NEAREST_NAME,
  rankNodes,
  scoreSingles,
  SetRuns,
} from "../../../lib/experiments/circuit/search.ts";
import { setsIn } from "../../../lib/experiments/circuit/sets.ts";
import { Work } from "../../../lib/experiments/nodes/pair_runs.ts";
import { cellsName } from "../../../lib/tables/nodes.ts";
import { Study } from "../../../lib/runs/study.ts";
import { SEGMENTS } from "../../../lib/study/rows/score_rows.ts";
import { keptIn } from "../../study/kept_map.ts";
import { TINY } from "../../studies.ts";

/** The bounds of two searches, and where the first ends. */
const SEARCHES = [[.6, { ranking: "direct", start: 3 }], [.8, undefined]] as const;

Deno.test("a search ends at a set that is enough, but not without any one node, or from which no change of one node leads nearer to 1", async () => {
  await using study = await Study.open({
    ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1, cache: false },
  });
  const segments = [...SEGMENTS];
  let distanceOf: Awaited<ReturnType<typeof distances>> | undefined;
  for (const [faithfulness, where] of SEARCHES) {
    const { tables } = await study.run("circuit", { segments, faithfulness });
    const ranked = tables.nodes.rows.filter(({ rank }) => rank !== undefined);
    const names = [...new Set(ranked.map(cellsName))];
    distanceOf ??= await distances(study, names);
    const last = where === undefined ? NEAREST_NAME : "circuit";
    const { members } = setsIn(tables.sets.rows, "all").find(({ set }) => set === last)!;
    const end = members.split(", ");
    const least = distanceOf(end);
    const [found] = tables.circuit.rows;
    assertEquals(found && { ranking: found.ranking, start: found.start }, where);
    assertEquals(least <= 1 - faithfulness, where !== undefined);
    const half = Math.floor(names.length / 2);
    assert(end.length <= half);
    for (const node of end) {
      const without = distanceOf(end.filter((other) => other !== node));
      assertGreater(without, where === undefined ? least : 1 - faithfulness);
    }
    for (const node of where === undefined && end.length < half ? names : []) {
      if (!end.includes(node)) assertGreater(distanceOf([...end, node]), least);
    }
    for (const rows of Map.groupBy(ranked, ({ ranking }) => ranking).values()) {
      const order = rows.toSorted((a, b) => a.rank! - b.rank!).map(cellsName);
      for (let size = 1; size <= half; size++) { // no beginning is enough
        assertGreater(distanceOf(order.slice(0, size)), 1 - faithfulness);
      }
    }
  }
});

Deno.test("findCircuit() names the set at which it has made the most changes, and none where it ends by itself", async () => {
  await using study = await Study.open({
    ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1, cache: false },
  });
  const { rows, images } = await study.scoredRows();
  const keptOf = () => keptIn(new Map());
  const work = new Work(() => {});
  const context = { text: study.text, images, keptOf, work, faithfulness: .6 };
  const rankings = rankNodes(rows, await scoreSingles(rows, ["direct"], context), ["direct"]);
  const lastOf = async (mostChanges: number) => {
    const runs = new SetRuns(rows, context);
    const found = await findCircuit(runs, rankings, context, mostChanges);
    return [found!.nodes, runs.sets.find(({ name }) => name === LIMIT_NAME)?.nodes];
  };
  const [circuit, last] = await lastOf(1);
  assertEquals([circuit!.length, last], [4, circuit]);
  assertEquals(await lastOf(2), [circuit, undefined]);
});

/** Scores all sets of nodes; the largest |1 - faithfulness| of a set, of all rows and of each side. */
async function distances(study: Study, names: readonly string[]) {
  const keyOf = (nodes: readonly string[]) => names.filter((name) => nodes.includes(name)).join();
  const all = Array.from(
    { length: 2 ** names.length },
    (_, bits) => names.filter((_, bit) => (bits >> bit) & 1),
  );
  const sets = Object.fromEntries(all.map((nodes) => [keyOf(nodes) || "none", nodes]));
  const { tables } = await study.run("circuit", { sets, segments: [...SEGMENTS] } as object);
  const bySet = Map.groupBy(tables.sets.rows, ({ set }) => set);
  return (nodes: readonly string[]) =>
    Math.max(...bySet.get(keyOf(nodes))!.map((row) => Math.abs(1 - row.value!)));
}
