/** Scores of a scene, before and after changes. */

import { changedRuns, type SentenceChanges } from "../../engine/changes/groups.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { Embeddings } from "../../study/embeddings/embed.ts";
import { evaluatePairs, type EvaluateRow } from "../../study/rows/score_rows.ts";
import type { Change, Scores } from "../protocol.ts";
import { type ChangingModel, sentenceChanges } from "./changes.ts";
import type { PreparedScene, SentenceName } from "./scene.ts";

export interface ChangedScene {
  readonly prepared: PreparedScene;
  readonly changes: SentenceChanges;
  readonly isChanged: boolean;
  readonly images: Embeddings;
  readonly before: EvaluateRow;
  readonly after: EvaluateRow;
  readonly embeddings: Readonly<Record<SentenceName, Float32Array>>;
}

export async function changedScene(
  model: ChangingModel,
  prepared: PreparedScene,
  { changes, images }: { readonly changes: readonly Change[]; readonly images: Embeddings },
): Promise<ChangedScene> {
  const { text } = model;
  const { pair, sentences } = prepared;
  const unchanged = await text.run([sentences.negated.sentence, sentences.affirmative.sentence]);
  const known = { negated: unchanged.row(0).data, affirmative: unchanged.row(1).data };
  const made = await sentenceChanges(model, prepared, changes);
  const changed = (["negated", "affirmative"] as const).filter((of) => made[of]!.length > 0);
  const run = changedRuns(made);
  const embeddings = { ...known };
  const runs = changed.map((of) => run({ of }));
  for await (const results of runChanges(text, [{ sentences, runs }])) {
    for (const { place, embedding, equals } of results) {
      embeddings[changed[place]!] = known[equals as SentenceName] ?? embedding;
    }
  }
  const scored = ({ negated, affirmative }: typeof known) => {
    const ofTexts = [
      [sentences.negated.sentence, negated],
      [sentences.affirmative.sentence, affirmative],
    ] as const;
    return evaluatePairs(text, [pair], { sentences: new Map(ofTexts), images }).rows[0]!;
  };
  const isChanged = changed.length > 0;
  const before = scored(known);
  const after = isChanged ? scored(embeddings) : before;
  return { prepared, changes: made, isChanged, images, before, after, embeddings };
}

export function scoresOf({ s_caption, s_foil, d }: EvaluateRow): Scores {
  return { caption: s_caption, foil: s_foil, d };
}
