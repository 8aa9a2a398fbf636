import { assertAlmostEquals, assertEquals } from "@std/assert";
import { allNodes, nodeName } from "../../../lib/tables/nodes.ts";
import { addNodes, outputWeights } from "../../../lib/experiments/nodes/pair_runs.ts";
import { patchPaths, pathEdges } from "../../../lib/experiments/paths/measure_paths.ts";
import { effectOnD } from "../../../lib/study/effects/noise.ts";
import { headsOfSet } from "../../../lib/experiments/head_set.ts";
import { similarity } from "../../../lib/model/families.ts";
import { formsOf, goldenCircuits, SMALL, type Study, TINY, withScored } from "../../studies.ts";

/** Effects are differences of two scores of float32 embeddings, against float64 throughout. */
const EFFECT = 5e-4;

/** The reference tables that a study has. */
const TABLES = new Map<Study, readonly string[]>([
  [TINY, ["path", "path_embedding"]],
  [SMALL, ["path"]],
]);

for (const [study, tables] of TABLES) {
  for (const form of formsOf(study)) {
    Deno.test({
      name:
        `addNodes() and patchPaths() give the reference effects, form "${form}" of ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withScored(study, async ({ clip, rows, images }) => {
          const { shape } = clip.text.tower;
          const receivers = headsOfSet("all", shape);
          const nodes = allNodes(shape);
          const edges = pathEdges(receivers, shape.heads);
          const found = new Map<string, number>();
          const pairs = rows.map(({ aligned }) => aligned);
          for await (const results of patchPaths(clip.text, pairs, receivers)) {
            for (const { index, place, embedding } of results) {
              const { scores } = rows[index]!;
              const effect = effectOnD(scores, similarity(embedding, images.get(scores.image)!));
              const { sender, receiver, input } = edges[place]!;
              const to = [receiver.layer, receiver.head, input];
              found.set([scores.id, sender.layer, sender.head ?? "", ...to].join(), effect);
            }
          }
          for await (const results of addNodes(clip.text, pairs, await outputWeights(clip.text))) {
            for (const { index, place, embedding } of results) {
              const { scores } = rows[index]!;
              const changed = similarity(embedding, images.get(scores.image)!);
              found.set(`${scores.id} ${nodeName(nodes[place]!)}`, effectOnD(scores, changed));
            }
          }
          const direct = goldenCircuits(study, "direct");
          for (const { id, node, layer, head, direct: effect } of direct) {
            const key = `${id} ${node} ${layer}${node === "head" ? `.${head}` : ""}`;
            assertAlmostEquals(found.get(key)!, Number(effect), EFFECT, key);
          }
          assertEquals(direct.length, rows.length * nodes.length);
          const golden = tables.flatMap((table) => goldenCircuits(study, table));
          for (const { effect, ...place } of golden) {
            const key = Object.values(place).join();
            assertAlmostEquals(found.get(key)!, Number(effect), EFFECT, key);
          }
          const fromHeads = edges.filter(({ sender }) => sender.head !== undefined).length;
          const all = tables.length === 2 ? edges.length : fromHeads;
          assertEquals(golden.length, rows.length * all);
        }, { suffix: form }),
    });
  }
}

Deno.test("pathEdges() lists edges by sender, receiver and input, only into later blocks", () => {
  const receivers = [{ layer: 1, head: 2 }, { layer: 2, head: 1 }, { layer: 3, head: 1 }];
  const listed = pathEdges(receivers, 2).map(({ sender, receiver, input }) =>
    `${sender.layer}.${sender.head ?? ""} ${receiver.layer}.${receiver.head} ${input}`
  );
  const ends = ["0. 1.2", "0. 2.1", "0. 3.1", "1.1 2.1", "1.1 3.1"];
  ends.push("1.2 2.1", "1.2 3.1", "2.1 3.1", "2.2 3.1");
  assertEquals(listed, ends.flatMap((end) => ["q", "k", "v"].map((input) => `${end} ${input}`)));
});
