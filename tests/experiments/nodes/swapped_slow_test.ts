import { assertAlmostEquals, assertEquals } from "@std/assert";
import { allNodes, nodeName, readNode } from "../../../lib/tables/nodes.ts";
import { runChanges } from "../../../lib/engine/changes/run_changes.ts";
import { swappedRun } from "../../../lib/experiments/nodes/pair_runs.ts";
import { similarity } from "../../../lib/model/families.ts";
import { goldenCircuits, testForms, withScored } from "../../studies.ts";

/** Scores are 100 x a cosine of float32 embeddings against one in float64 throughout. */
const SCORE = 2e-4;

/** Effects are differences of two such scores, and so on. */
const EFFECT = 5e-4;

testForms(
  "runs of swappedRun() give the reference scores of sets and total effects of nodes",
  (study, form) =>
    withScored(study, async ({ clip, pairs, rows, images }) => {
      const sets: Readonly<Record<string, readonly string[]>> = JSON.parse(
        await Deno.readTextFile(`${study.circuits}/circuit_sets.json`),
      );
      const nodes = allNodes(clip.text.tower.shape);
      const groups = rows.map(({ aligned: { negated, affirmative } }) => ({
        sentences: { negated, affirmative },
        runs: [
          ...Object.values(sets).map((kept) =>
            swappedRun("negated", nodes.filter((node) => !kept.includes(nodeName(node))))
          ),
          ...nodes.map((node) => swappedRun("affirmative", [node], affirmative.ids.length - 1)),
        ],
      }));
      const scores = rows.map((): number[] => []);
      for await (const results of runChanges(clip.text, groups)) {
        for (const { index, place, embedding } of results) {
          scores[index]![place] = similarity(embedding, images.get(pairs[index]!.image)!);
        }
      }
      const names = Object.keys(sets);
      const golden = goldenCircuits(study, "circuit");
      assertEquals(golden.length, rows.length * names.length);
      golden.forEach(({ id, set, score }, i) => {
        const row = Math.floor(i / names.length);
        assertEquals([id, set], [rows[row]!.scores.id, names[i % names.length]]);
        const found = scores[row]![names.indexOf(set!)]!;
        assertAlmostEquals(found, Number(score), SCORE, `${id}, ${set}`);
      });
      for (const { id, node, layer, head, total } of goldenCircuits(study, "direct")) {
        const row = rows.findIndex(({ scores }) => scores.id === id);
        const { negation, s_caption, s_foil } = rows[row]!.scores;
        const own = nodes.map(nodeName).indexOf(
          nodeName(readNode(node === "head" ? `head ${layer}.${head}` : `mlp ${layer}`)!),
        );
        const patched = scores[row]![names.length + own]!;
        const effect = negation === "caption" ? patched - s_foil : s_caption - patched;
        assertAlmostEquals(effect, Number(total), EFFECT, `${id}, ${node} ${layer}.${head}`);
      }
    }, { suffix: form }),
);
