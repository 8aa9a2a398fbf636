import { assertEquals, assertGreater } from "@std/assert";
import { allNodes, nodeName } from "../../../lib/experiments/nodes/node.ts";
import { Work } from "../../../lib/experiments/circuit/search/run_sets.ts";
import { keptIn } from "../../subject/kept_map.ts";
import { greedyOrder, greedyRuns } from "../../../lib/experiments/circuit/search/greedy.ts";
import { Study } from "../../../lib/study/study.ts";
import { TINY } from "../../studies.ts";

/** The bound, the rows, and the number of rounds; that of the last row alone reaches .95 a round before .98. */
const SEARCHES = [
  [0.9, ["boat-seen", "kites-seen", "lanterns-absent"], 6],
  [0.9, ["lanterns-absent"], 3],
  [0.98, ["lanterns-absent"], 4],
] as const;

for (const [faithfulness, ids, count] of SEARCHES) {
  const enough = Math.max(0.95, faithfulness);
  Deno.test(`the greedy ranking is that of trying every set by itself, until ${enough} of d where ${faithfulness} is asked for, on ${ids.length} rows`, async () => {
    await using study = await Study.open({
      ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1, cache: false },
    });
    const { rows: scored, images } = await study.subject.score();
    const isOwn = (id: string) => ids.some((own) => own === id);
    const rows = scored.filter(({ scores }) => isOwn(scores.id));
    const names = allNodes(study.text.tower.shape).map(nodeName);
    const rounds: string[] = [];
    const order = await greedyOrder(study.text, rows, {
      ...{ pairs: 32, bound: faithfulness, order: [...names.keys()], seed: 0, images },
      keptOf: (part) => {
        rounds.push(part);
        return keptIn(new Map());
      },
      work: new Work(() => {}, 0),
    });
    const found = order.map((node) => names[node]!);
    assertEquals(new Set(found), new Set(names));
    const chosen: string[] = [];
    let reached = 0;
    while (reached < enough) {
      const sets = Object.fromEntries(
        names.filter((name) => !chosen.includes(name)).map((name) => [name, [...chosen, name]]),
      );
      const whole = await study.run("circuit", { sets } as object);
      const { tables } = await whole.only(({ pair }) => isOwn(pair.id));
      const best = tables.sets.rows.filter(({ negation }) => negation === "all")
        .toSorted((a, b) => b.faithfulness! - a.faithfulness!);
      chosen.push(best[0]!.set);
      reached = best[0]!.faithfulness!;
      if (chosen.length === 1) assertGreater(reached - best[1]!.faithfulness!, 1e-3); // no tie
    }
    assertEquals(found.slice(0, chosen.length), chosen);
    assertEquals(rounds, chosen.map((_, i) => `greedy ${i + 1}`));
    assertEquals(chosen.length, count);
  });
}

Deno.test("greedyRuns() is the number of sets of all rounds", () => {
  assertEquals(greedyRuns(3, 10), 10 * (3 + 2 + 1));
  assertEquals(
    greedyRuns(108, 1),
    Array.from({ length: 32 }, (_, i) => 108 - i).reduce((a, b) => a + b),
  );
});
