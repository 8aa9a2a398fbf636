/** Scores of rows under a change to the text tower. */

import { NegscopeError } from "../../errors.ts";
import { cacheOf } from "../../hooks/selection.ts";
import type { Intervention } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings } from "../embeddings/embed.ts";
import { evaluatePairs, type EvaluateRow } from "../rows/score_rows.ts";
import type { AlignedRow } from "../rows/study_rows.ts";
import {
  type ChangeableSentences,
  changedOf,
  type ChangedSentences,
  isAmong,
} from "./changed_sentences.ts";
import { isChangedIn, placeInterventions } from "./placing.ts";
import { placesKey, placesOf, type SentencePlaces, type Sources } from "./roles.ts";

export interface ChangedScores {
  readonly rows: readonly EvaluateRow[];
  /** For each row, which of its sentences an intervention changed: a sentence without the token of an intervention's role stays. */
  readonly changed: readonly ChangedSentences[];
}

/**
 * Scores rows, with both sentences of each row, or one of them, run under interventions. A sentence runs once for all rows in which its
 * tokens have the same roles; one that is not among the chosen ones keeps its embedding.
 */
export async function changedScores(
  tower: TextTower,
  interventions: readonly Intervention[],
  { rows, sentences, embedded, sources }: {
    readonly rows: readonly AlignedRow[];
    readonly sentences: ChangeableSentences;
    readonly embedded: { readonly sentences: Embeddings; readonly images: Embeddings };
    readonly sources: Sources;
  },
): Promise<ChangedScores> {
  const ofRows = rows.map(({ aligned }) => {
    const places = placesOf(aligned);
    const own = (["negated", "affirmative"] as const).filter((one) => isAmong(one, sentences));
    return own.map((sentence) => ({ sentence, places: places[sentence] }));
  });
  const all = ofRows.flat().map(({ places }) => [placesKey(places), places] as const);
  const distinct = [...new Map(all)];
  const run = distinct.map(([, places]) => places);
  const ofSentences = interventions.flatMap((own) => sentenceBySentence(own, run));
  const placed = placeInterventions(ofSentences, run, sources);
  const made = await tower.run(run.map(({ text }) => text), { interventions: placed });
  const runs = new Map(distinct.map(([key], i) => {
    const isChanged = placed.some((own) => isChangedIn(own, i));
    return [key, { embedding: made.row(i).data, isChanged }];
  }));
  const scored = rows.map(({ pair }, row) => {
    const own = ofRows[row]!.map(({ sentence, places }) => ({
      sentence,
      text: places.text,
      ...runs.get(placesKey(places))!,
    }));
    const isChanged = (one: "negated" | "affirmative") =>
      own.some(({ sentence, isChanged }) => sentence === one && isChanged);
    const embeddings = new Map([
      ...[pair.caption, pair.foil].map((text) => [text, embedded.sentences.get(text)!] as const),
      ...own.map(({ text, embedding }) => [text, embedding] as const),
    ]);
    const [scores] = evaluatePairs(tower, [pair], { ...embedded, sentences: embeddings }).rows;
    return { scores: scores!, changed: changedOf(isChanged("negated"), isChanged("affirmative")) };
  });
  return {
    rows: scored.map(({ scores }) => scores),
    changed: scored.map(({ changed }) => changed),
  };
}

/** An intervention on all sentences; a patch from a cache of several takes the same sentence, wherever it is in the cache. */
function sentenceBySentence(
  intervention: Intervention,
  sentences: readonly SentencePlaces[],
): readonly Intervention[] {
  if (intervention.kind === "edit") return [intervention];
  const { hook, row } = intervention;
  if (row !== undefined) {
    throw new NegscopeError("patch-source-unclear", {
      problem: `Cannot change "${hook}" in row ${row} of a study`,
      subject: String(row),
      reason: "a sentence runs once for all rows that share it",
      fix: "change the sentences of a single row, see row()",
    });
  }
  if (intervention.kind !== "patch") return [intervention];
  const from = cacheOf(intervention);
  const { fromRow } = intervention;
  if (fromRow !== undefined || from.rowNames.length === 1) return [intervention];
  return sentences.map(({ text }, row) => {
    const fromRow = from.rowNames.indexOf(text);
    if (fromRow >= 0) return { ...intervention, row, fromRow };
    throw new NegscopeError("patch-source-unclear", {
      problem: `Cannot patch "${hook}" of "${text}"`,
      subject: text,
      reason: `the cache has ${from.rowNames.length} sentences, but not this one`,
      fix: "cache all sentences of the study, or name one of the cache with fromRow",
    });
  });
}
