import { assertEquals, assertGreater } from "@std/assert";
import { allNodes, nodeName } from "../../../lib/tables/nodes.ts";
import { Work } from "../../../lib/experiments/circuit/search/run_sets.ts";
import { keptIn } from "../../study/kept_map.ts";
import { greedyOrder, greedyRuns } from "../../../lib/experiments/circuit/search/rank.ts";
import { Study } from "../../../lib/runs/study.ts";
import { TINY } from "../../studies.ts";

Deno.test("the greedy ranking is that of leaving out each node by itself, until one is left", async () => {
  await using study = await Study.open({
    ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1, cache: false },
  });
  const { rows, images } = await study.scoredRows();
  const names = allNodes(study.text.tower.shape).map(nodeName);
  const rounds: string[] = [];
  const order = await greedyOrder(rows, [...names.keys()], {
    ...{ greedy: 32, seed: 0, text: study.text, images },
    keptOf: (part) => {
      rounds.push(part);
      return keptIn(new Map());
    },
    work: new Work(() => {}, 0),
  });
  let kept = names;
  const gone: string[] = [];
  while (kept.length > 1) {
    const sets = Object.fromEntries(
      kept.map((name) => [name, kept.filter((other) => other !== name)]),
    );
    const { tables } = await study.run("circuit", {
      ...{ sets, segments: ["correct", "incorrect", "ambiguous"] } as object,
    });
    const bySet = Map.groupBy(tables.sets.rows, ({ set }) => set);
    const distance = (name: string) =>
      Math.max(...bySet.get(name)!.map(({ value }) => Math.abs(1 - value!)));
    const [next, other] = kept.toSorted((a, b) => distance(a) - distance(b)) as [string, string];
    if (gone.length === 0) assertGreater(distance(other) - distance(next), 1e-3); // no tie
    gone.push(next);
    kept = kept.filter((name) => name !== next);
  }
  assertEquals(order.map((node) => names[node]!), [...kept, ...gone.toReversed()]);
  assertEquals(rounds, gone.map((_, i) => `greedy ${i + 1}`));
});

Deno.test("greedyRuns() is the number of sets of all rounds", () => {
  assertEquals(greedyRuns(4, 10), 10 * (4 + 3 + 2));
});
