/** The experiment against the reference of ../shared/oracle: scores of sets, and direct effects of nodes. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { scoreSingles } from "../../../lib/experiments/circuit/search.ts";
import { Work } from "../../../lib/experiments/nodes/pair_runs.ts";
import { allNodes, nodeName } from "../../../lib/tables/nodes.ts";
import { singleEffects } from "../../../lib/experiments/circuit/faithfulness.ts";
import type { Pair } from "../../../lib/data/pairs.ts";
import type { Experiments } from "../../../lib/experiments/all.ts";
import { type Result, Study } from "../../../lib/runs/study.ts";
import { SEGMENTS } from "../../../lib/study/rows/score_rows.ts";
import { keptIn } from "../../study/kept_map.ts";
import { chosen, formsOf, goldenCircuits, testForms, TINY } from "../../studies.ts";

/** Scores are 100 x a cosine of float32 embeddings against one in float64 throughout. */
const SCORE = 2e-4;

/** A share of differences of about .2 between such embeddings. */
const SHARE = 2e-5;

/** Effects are differences of two such scores, and so on. */
const EFFECT = 5e-4;

testForms(
  "circuit gives the reference scores of sets and direct effects of nodes",
  async (study, form) => {
    const { suffix: onnx, weights } = chosen(form);
    await using opened = await Study.open({
      ...{ model: study.model, images: study.images, data: study.pairs, threads: 1 },
      ...{ onnx, weights, cache: false },
    });
    const found = await opened.run("circuit", {
      ...{ sets: `${study.circuits}/circuit_sets.json`, segments: [...SEGMENTS] } as object,
    });
    const { rows: scored, images } = await opened.scoredRows();
    const golden = goldenCircuits(study, "circuit");
    const rows = [...found.tables.scores.rows];
    assertEquals(
      rows.map(({ id, set }) => [id, set]),
      golden.map(({ id, set }) => [id, set]),
    );
    golden.forEach(({ id, set, score }, i) => {
      assertAlmostEquals(rows[i]!.score, Number(score), SCORE, `${id}, ${set}`);
    });
    checkShares(found, golden, opened.pairs);
    const isCorrect = opened.pairs.map((_, row) => scored[row]!.scores.segment === "correct");
    const only = await found.only(({ pair }) => isCorrect[opened.pairs.indexOf(pair)]!);
    const pairs = opened.pairs.filter((_, row) => isCorrect[row]!);
    const ids = new Set(pairs.map(({ id }) => id));
    checkShares(only, golden.filter(({ id }) => ids.has(id!)), pairs);

    const names = allNodes(opened.text.tower.shape).map(nodeName);
    const [keptOf, work] = [() => keptIn(new Map()), new Work(() => {})];
    const context = { text: opened.text, images, keptOf, work };
    const scores = await scoreSingles(scored, ["direct"], context);
    const direct = scored.map((row, i) => singleEffects(row.scores, "direct", scores[i]!.direct!));
    for (const { id, node, layer, head, direct: expected } of goldenCircuits(study, "direct")) {
      const row = scored.findIndex(({ pair }) => pair.id === id);
      const name = node === "head" ? `head ${layer}.${head}` : `mlp ${layer}`;
      const found = direct[row]![names.indexOf(name)]!;
      assertAlmostEquals(found, Number(expected), EFFECT, `${id}, ${name}`);
    }
  },
);

for (const form of formsOf(TINY)) {
  Deno.test(`circuit without images gives the reference share of the embeddings' difference, form "${form}" of ${TINY.label}`, async () => {
    const { suffix: onnx, weights } = chosen(form);
    await using opened = await Study.open({
      ...{ model: TINY.model, data: TINY.pairs, threads: 1, onnx, weights, cache: false },
    });
    const { tables } = await opened.run("circuit", {
      sets: `${TINY.circuits}/circuit_sets.json`,
    } as object);
    const golden = goldenCircuits(TINY, "circuit_embedding");
    const scores = [...tables.scores.rows];
    assertEquals(scores.map(({ id, set }) => [id, set]), golden.map(({ id, set }) => [id, set]));
    assertEquals(new Set(scores.map(({ segment }) => segment)), new Set(["none"]));
    const none = new Map(
      scores.flatMap(({ id, set, score }) => set === "none" ? [[id, score]] : []),
    );
    golden.forEach(({ id, set, along }, i) => {
      assertAlmostEquals(
        scores[i]!.score - none.get(id!)!,
        100 * Number(along),
        SCORE,
        `${id}, ${set}`,
      );
    });
    const bySet = Map.groupBy(golden, ({ set }) => set!);
    assertEquals(tables.sets.rows.length, bySet.size);
    for (const { negation, set, value, n } of tables.sets.rows) {
      const sum = (column: string) =>
        bySet.get(set)!.reduce((sum, row) => sum + Number(row[column]), 0);
      assertEquals([negation, n], ["all", opened.pairs.length]); // no sentence is the true one
      assertAlmostEquals(value!, sum("along") / sum("whole"), SHARE, set);
    }
  });
}

/** Compares circuit_sets.csv with what follows from the reference scores, over all rows and on each side. */
function checkShares(
  { tables }: Result<Experiments["circuit"]>,
  golden: readonly Record<string, string>[],
  pairs: readonly Pair[],
): void {
  const scores = Map.groupBy(golden, ({ set }) => set!);
  const scoreOf = (set: string, row: number) => Number(scores.get(set)![row]!.score);
  for (const found of tables.sets.rows) {
    const { set, negation } = found;
    const rows = [...pairs.keys()].filter((row) =>
      negation === "all" || pairs[row]!.negation === negation
    );
    const d = rows.map((row) => scoreOf("all", row) - scoreOf("none", row)); // its sign is not that of the kit's d
    const own = rows.map((row) => scoreOf(set, row) - scoreOf("none", row));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const whole = sum(d.map(Math.abs));
    const f = sum(own.map((gain, i) => Math.sign(d[i]!) * gain)) / whole;
    const error = sum(own.map((gain, i) => Math.abs(gain - d[i]!))) / whole;
    const margin = 2 * SCORE * rows.length / whole;
    const says = `${set}, ${negation}`;
    assertAlmostEquals(found.value!, f, margin * Math.max(1, Math.abs(f)), says);
    assertAlmostEquals(found.row_error!, error, margin * Math.max(1, error), says);
    const measured = own.map((gain, i) => {
      const ratio = gain / d[i]!;
      return { ratio, error: 2 * SCORE / Math.abs(d[i]!) * Math.max(1, Math.abs(ratio)) };
    });
    const distances = measured.map(({ ratio, error }) => ({
      past: Math.abs(ratio - 1) - .2,
      error,
    }));
    const near = distances.filter(({ past }) => past <= 0).length;
    const unsure = distances.filter(({ past, error }) => Math.abs(past) < error).length; // by rounding
    assertAlmostEquals(found.rows_near!, near / rows.length, unsure / rows.length + 1e-12, says);
  }
}
