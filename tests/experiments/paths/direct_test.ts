import { assertAlmostEquals, assertEquals } from "@std/assert";
import { allNodes, nodeName } from "../../../lib/experiments/nodes/node.ts";
import { addNodes, outputWeights } from "../../../lib/experiments/paths/direct.ts";
import { effectOf } from "../../../lib/experiments/paths/measure.ts";
import { similarity } from "../../../lib/model/similarity.ts";
import {
  formsOf,
  goldenCircuits,
  scoreStudy,
  SMALL,
  studyPairs,
  TINY,
  withClip,
} from "../../studies.ts";

/** Effects are differences of two scores of float32 embeddings, against float64 throughout. */
const EFFECT = 5e-4;

for (const study of [TINY, SMALL]) {
  for (const form of formsOf(study)) {
    Deno.test({
      name: `addNodes() gives the reference direct effects, form "${form}" of ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withClip(study, async (clip) => {
          const { text } = clip;
          const { rows, images } = await scoreStudy(clip, study, {
            pairs: await studyPairs(study),
          });
          const nodes = allNodes(text.tower.shape);
          const found = new Map<string, number>();
          const pairs = rows.map(({ aligned }) => aligned);
          for await (const results of addNodes(text, pairs, await outputWeights(text))) {
            for (const { index, place, embedding } of results) {
              const { scores } = rows[index]!;
              const changed = similarity(embedding, images.get(scores.image)!);
              found.set(`${scores.id} ${nodeName(nodes[place]!)}`, effectOf(scores)(changed));
            }
          }
          const golden = goldenCircuits(study, "direct");
          for (const { id, node, layer, head, direct } of golden) {
            const key = `${id} ${node} ${layer}${node === "head" ? `.${head}` : ""}`;
            assertAlmostEquals(found.get(key)!, Number(direct), EFFECT, key);
          }
          assertEquals(found.size, golden.length);
        }, form),
    });
  }
}
