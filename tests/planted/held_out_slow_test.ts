/** What is held out of rows in several wordings, in models whose circuit is known. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type ProbedRow, probeRows } from "../../lib/experiments/probe/probe.ts";
import { PLANTED } from "../../lib/opening/find_model.ts";
import { Study } from "../../lib/runs/study.ts";
import type { StudyChoice } from "../../lib/study/choice/study_options.ts";
import { clusterOf, frameOfRow } from "../../lib/study/clusters.ts";
import { keptIn } from "../study/kept_map.ts";
import { framedPairs, FRAMES } from "./framed_pairs.ts";

const EFFECT = 5e-4; // logits: 100 x a cosine of float32 embeddings

async function probed(choice: StudyChoice) {
  const images = PLANTED.images;
  await using study = await Study.open({ model: "planted/relay", images, cache: false, ...choice });
  const kept = keptIn(new Map());
  const rows = await probeRows(study, {
    seed: 2,
    kept,
    keptOf: () => keptIn(new Map()),
    progress: () => {},
  });
  const { rows: scored } = await study.scoredRows();
  return { rows, scored, pairs: study.pairs };
}

Deno.test("probe holds out nouns, and frames one after the other, and finds planted negation in either", async () => {
  const given = await framedPairs(12);
  const { rows, scored, pairs } = await probed({ pairs: given });
  const nounsOf = new Map<number, Set<string>>();
  for (const [i, { layers, heldOut, ofFrame }] of rows.entries()) {
    assertEquals([heldOut, ofFrame!.frame], ["noun", frameOfRow(pairs[i]!)]);
    const fold = layers[3]!.read!.fold;
    nounsOf.set(fold, (nounsOf.get(fold) ?? new Set()).add(clusterOf(pairs[i]!, "noun")));
    assertEquals(ofFrame!.layers[3]!.read!.fold, FRAMES.toSorted().indexOf(ofFrame!.frame));
    for (const values of [layers, ofFrame!.layers]) {
      const { d } = scored[i]!.scores;
      const { logits } = values[3]!.read!;
      assert(logits[0] > 0 && logits[1] < 0);
      assertAlmostEquals(values[3]!.effects.means!, d, EFFECT);
      assertEquals(values[2]!.read, undefined); // it has not arrived
    }
  }
  const folds = [...nounsOf.values()];
  assertEquals(folds.reduce((sum, { size }) => sum + size, 0), 12); // no noun in two folds
  assertEquals(folds.length, 5);
  for (const k of [1, 2]) {
    const shard = await probed({ pairs: given, shard: { k, n: 2 } });
    const same: ProbedRow[] = rows.filter((_, row) => row % 2 === k - 1);
    assertEquals(shard.rows, same);
  }
});

Deno.test("probe holds out pairs below twelve nouns unless noun clusters are chosen, and no frames if there are two", async () => {
  const pairs = await framedPairs(11, ["", " here"]);
  const { rows } = await probed({ pairs });
  assert(rows.every(({ heldOut, ofFrame }) => heldOut === "pair" && ofFrame === undefined));
  const byNoun = await probed({ pairs, cluster: "noun" });
  assert(byNoun.rows.every(({ heldOut }) => heldOut === "noun"));
});
