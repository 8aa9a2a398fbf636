/** The experiment against the reference of ../shared/oracle: scores of sets, and direct effects of nodes. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { directRuns } from "../../../lib/experiments/circuit/search/direct_runs.ts";
import { allNodes, nodeName, readNode } from "../../../lib/experiments/nodes/node.ts";
import { similarity } from "../../../lib/model/similarity.ts";
import { Study } from "../../../lib/study/study.ts";
import { SEGMENTS } from "../../../lib/subject/score.ts";
import { chosen, formsOf, goldenCircuits, SMALL, TINY } from "../../studies.ts";

/** Scores are 100 x a cosine of float32 embeddings against one in float64 throughout. */
const SCORE = 2e-4;

/** Effects are differences of two such scores, and so on. */
const EFFECT = 5e-4;

for (const study of [TINY, SMALL]) {
  for (const form of formsOf(study)) {
    Deno.test({
      name:
        `circuit gives the reference scores of sets and direct effects of nodes, form "${form}" of ${study.label}`,
      ignore: !study.exists,
      fn: async () => {
        const { suffix: onnx, weights } = chosen(form);
        await using opened = await Study.open({
          ...{ model: study.model, images: study.images, data: study.pairs, threads: 1 },
          ...{ onnx, weights, cache: false },
        });
        const { tables } = await opened.run("circuit", {
          ...{ sets: `${study.circuits}/circuit_sets.json`, segments: [...SEGMENTS] } as object,
        });
        const golden = goldenCircuits(study, "circuit");
        const rows = [...tables.scores.rows];
        assertEquals(
          rows.map(({ id, set }) => [id, set]),
          golden.map(({ id, set }) => [id, set]),
        );
        golden.forEach(({ id, set, score }, i) => {
          assertAlmostEquals(rows[i]!.score, Number(score), SCORE, `${id}, ${set}`);
        });
        const sums = Map.groupBy(golden, ({ set }) => set!);
        const gained = (of: string) =>
          sums.get(of)!.reduce((sum, { score }, row) => {
            const sign = opened.pairs[row]!.negation === "caption" ? 1 : -1;
            return sum + sign * (Number(score) - Number(sums.get("none")![row]!.score));
          }, 0);
        for (const { set, negation, faithfulness } of tables.sets.rows) {
          if (negation !== "all") continue;
          const expected = gained(set) / gained("all");
          const margin = 2 * SCORE * opened.pairs.length / Math.abs(gained("all")) *
            Math.max(1, Math.abs(expected));
          assertAlmostEquals(faithfulness!, expected, margin, set);
        }

        const { rows: scored, images } = await opened.subject.score();
        const names = allNodes(opened.text.tower.shape).map(nodeName);
        const direct = scored.map((): number[] => []);
        const pairs = scored.map(({ aligned }) => aligned);
        for await (const results of directRuns(opened.text, pairs)) {
          for (const { index, place, embedding } of results) {
            const { negation, s_caption, s_foil, image } = scored[index]!.scores;
            const changed = similarity(embedding, images.get(image)!);
            direct[index]![place] = negation === "caption" ? changed - s_foil : s_caption - changed;
          }
        }
        for (const { id, node, layer, head, direct: expected } of goldenCircuits(study, "direct")) {
          const row = scored.findIndex(({ pair }) => pair.id === id);
          const name = nodeName(
            readNode(node === "head" ? `head ${layer}.${head}` : `mlp ${layer}`)!,
          );
          const found = direct[row]![names.indexOf(name)]!;
          assertAlmostEquals(found, Number(expected), EFFECT, `${id}, ${name}`);
        }
      },
    });
  }
}
