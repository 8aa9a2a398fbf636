import { assertAlmostEquals, assertEquals } from "@std/assert";
import { pathEdges } from "../../../lib/experiments/paths/edges.ts";
import { patchPaths } from "../../../lib/experiments/paths/patch_paths.ts";
import { headsOfSet } from "../../../lib/experiments/knockout/head_set.ts";
import { similarity } from "../../../lib/model/similarity.ts";
import {
  formsOf,
  goldenCircuits,
  scoreStudy,
  SMALL,
  type Study,
  studyPairs,
  TINY,
  withClip,
} from "../../studies.ts";

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
      name: `patchPaths() gives the reference effects, form "${form}" of ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withClip(study, async (clip) => {
          const { shape } = clip.text.tower;
          const receivers = headsOfSet("all", shape);
          const edges = pathEdges(receivers, shape.heads);
          const { rows, images } = await scoreStudy(clip, study, {
            pairs: await studyPairs(study),
          });
          const found = new Map<string, number>();
          const pairs = rows.map(({ aligned }) => aligned);
          for await (const results of patchPaths(clip.text, pairs, { receivers })) {
            for (const { index, place, embedding } of results) {
              const { id, image, negation, s_caption, s_foil } = rows[index]!.scores;
              const patched = similarity(embedding, images.get(image)!);
              const effect = negation === "caption" ? patched - s_foil : s_caption - patched;
              const { sender, receiver, part } = edges[place]!;
              const to = [receiver.layer, receiver.head, part];
              found.set([id, sender.layer, sender.head ?? "", ...to].join(), effect);
            }
          }
          const golden = tables.flatMap((table) => goldenCircuits(study, table));
          for (const { effect, ...place } of golden) {
            const key = Object.values(place).join();
            assertAlmostEquals(found.get(key)!, Number(effect), EFFECT, key);
          }
          const fromHeads = edges.filter(({ sender }) => sender.head !== undefined).length;
          const all = tables.length === 2 ? edges.length : fromHeads;
          assertEquals(golden.length, rows.length * all);
        }, form),
    });
  }
}
