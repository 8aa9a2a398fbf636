import { assertEquals, assertGreater } from "@std/assert";
import { allNodes, nodeName } from "../../../lib/experiments/nodes/node.ts";
import { cellsName } from "../../../lib/experiments/circuit/node_sets.ts";
import { greedyRuns } from "../../../lib/experiments/circuit/search/greedy.ts";
import { Study } from "../../../lib/study/study.ts";
import { TINY } from "../../studies.ts";

for (const faithfulness of [0.9, 1]) {
  const enough = Math.max(0.95, faithfulness);
  Deno.test(`the greedy ranking is that of trying every set by itself, until ${enough} of d where ${faithfulness} is asked for`, async () => {
    await using study = await Study.open({
      ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1, cache: false },
    });
    const greedy = await study.run("circuit", { ranking: ["greedy"], faithfulness });
    const found = greedy.tables.membership.rows.map(cellsName);
    const names = allNodes(study.text.tower.shape).map(nodeName);
    assertEquals(new Set(found), new Set(names));
    const chosen: string[] = [];
    let reached = 0;
    while (reached < enough) {
      const sets = Object.fromEntries(
        names.filter((name) => !chosen.includes(name)).map((name) => [name, [...chosen, name]]),
      );
      const { tables } = await study.run("circuit", { sets } as object);
      const rows = tables.sets.rows.filter(({ negation }) => negation === "all")
        .toSorted((a, b) => b.faithfulness! - a.faithfulness!);
      chosen.push(rows[0]!.set);
      reached = rows[0]!.faithfulness!;
      if (chosen.length === 1) assertGreater(reached - rows[1]!.faithfulness!, 1e-3); // no tie
    }
    assertEquals(found.slice(0, chosen.length), chosen);
  });
}

Deno.test("greedyRuns() is the number of sets of all rounds", () => {
  assertEquals(greedyRuns(3, 10), 10 * (3 + 2 + 1));
  assertEquals(
    greedyRuns(108, 1),
    Array.from({ length: 32 }, (_, i) => 108 - i).reduce((a, b) => a + b),
  );
});
