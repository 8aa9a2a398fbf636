/** The experiment against the reference of ../shared/oracle: scores of sets, and direct effects of nodes. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { scoreSingles } from "../../../lib/experiments/circuit/search/scored_runs.ts";
import { allNodes, nodeName, readNode } from "../../../lib/experiments/nodes/node.ts";
import { singleEffects } from "../../../lib/experiments/circuit/search/rank.ts";
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
        const found = await opened.run("circuit", {
          ...{ sets: `${study.circuits}/circuit_sets.json`, segments: [...SEGMENTS] } as object,
        });
        const { rows: scored, images } = await opened.subject.score();
        const golden = goldenCircuits(study, "circuit");
        const rows = [...found.tables.scores.rows];
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
            if (!isCorrect[row]) return sum;
            const sign = opened.pairs[row]!.negation === "caption" ? 1 : -1;
            return sum + sign * (Number(score) - Number(sums.get("none")![row]!.score));
          }, 0);
        const isCorrect = opened.pairs.map((_, row) => scored[row]!.scores.segment === "correct");
        const correct = await found.only(({ pair }) => isCorrect[opened.pairs.indexOf(pair)]!);
        for (const { set, negation, faithfulness } of correct.tables.sets.rows) {
          if (negation !== "all") continue;
          const expected = gained(set) / gained("all");
          const margin = 2 * SCORE * opened.pairs.length / Math.abs(gained("all")) *
            Math.max(1, Math.abs(expected));
          assertAlmostEquals(faithfulness!, expected, margin, set);
        }

        const names = allNodes(opened.text.tower.shape).map(nodeName);
        const scores = await scoreSingles(opened.text, scored, ["direct"], { images });
        const direct = scored.map((row, i) => singleEffects(row, "direct", scores[i]!));
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
