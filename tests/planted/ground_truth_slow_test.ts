/** The table of methods and planted models: each method must score and rank nodes as follows from the construction. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type ModelName, MODELS } from "../../data/planted/recipe/models.ts";
import { aurocTable } from "../bench/ground_truth/auroc_table.ts";
import { NODE_METHODS } from "../bench/ground_truth/methods.ts";
import { allNodes, nodeName } from "../../lib/tables/nodes.ts";
import { replaceMarked } from "../../lib/tables/text_table.ts";
import { plantedAurocs } from "../fixtures/planted/aurocs.ts";
import { nodeScores } from "../fixtures/planted/node_scores.ts";

const results = plantedAurocs();

/** The curvature of the cosine, where a part moves S from an output to one of three times its size. */
const CURVATURE = 0.02;

/** Half of an input opens the gate by a part of which the construction says the order alone. */
const ORDER_ALONE = "and `ablate --tower text` (mean)";

for (const method of NODE_METHODS) {
  Deno.test(`${method.name} gives every node of each planted model the share that follows from the construction, and the rank`, async () => {
    const expected = nodeScores(method.name);
    for (const [model, { aurocs, scores }] of await results) {
      assertAlmostEquals(aurocs.get(method.name)!, wonBy(model, expected[model]), 1e-12, model);
      if (`${model} ${method.name}` === ORDER_ALONE) continue;
      for (const [node, size] of scores.get(method.name)!) {
        const share = expected[model][node] ?? 0;
        assertAlmostEquals(size, share, CURVATURE * Math.max(1, share), `${model} ${node}`);
      }
    }
  });
}

Deno.test("docs/methods/ground_truth.md is up to date with deno task dev bench:planted", async () => {
  const url = new URL("../../docs/methods/ground_truth.md", import.meta.url);
  const page = await Deno.readTextFile(url);
  assertEquals(page, replaceMarked(page, "auroc", await aurocTable([...(await results).values()])));
});

/** The share of pairs of a planted and another node in which the planted one has the larger score, ties counted half. */
function wonBy(name: ModelName, scores: Readonly<Record<string, number>>): number {
  const { circuit: { heads }, nodes } = MODELS[name];
  const all = allNodes({ layers: 4, heads }).map(nodeName);
  const planted = all.filter((node) => (nodes as readonly string[]).includes(node));
  const others = all.filter((node) => !planted.includes(node));
  const score = (node: string) => scores[node] ?? 0;
  const won = planted.flatMap((node) =>
    others.map((other) => (1 + Math.sign(score(node) - score(other))) / 2)
  );
  return won.reduce((sum, value) => sum + value, 0) / won.length;
}
