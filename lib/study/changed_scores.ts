/** Scores of rows under a change to the text tower. */

import { NegscopeError } from "../errors.ts";
import type { Intervention } from "../hooks/interventions.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import type { Embeddings } from "../subject/embeddings/embed.ts";
import { evaluatePairs, type EvaluateRow } from "../subject/score_rows.ts";
import type { AlignedRow } from "../subject/subject.ts";
import { placeInterventions } from "./placing.ts";
import { placesKey, placesOf, type SentencePlaces, type Sources } from "./roles.ts";

/**
 * Scores rows, with both sentences of each row run under interventions. A sentence runs once for all rows in which its tokens
 * have the same roles.
 *
 * @param tower The text tower.
 * @param interventions Changes to activations; roles are those that the row's own pair gives each sentence.
 * @param scored The rows, their images' embeddings, and the places of the sentences that caches may come from.
 * @throws {NegscopeError} If no sentence has an intervention's role, an intervention is for single rows, or it does not fit.
 */
export async function changedScores(
  tower: TextTower,
  interventions: readonly Intervention[],
  { rows, images, sources }: {
    readonly rows: readonly AlignedRow[];
    readonly images: Embeddings;
    readonly sources: Sources;
  },
): Promise<readonly EvaluateRow[]> {
  const ofRows = rows.map(({ pair, aligned }) => {
    const { negated, affirmative } = placesOf(aligned);
    return pair.negation === "caption" ? [negated, affirmative] : [affirmative, negated];
  });
  const distinct = new Map(ofRows.flat().map((places) => [placesKey(places), places]));
  const sentences = [...distinct.values()];
  const ofSentences = interventions.flatMap((own) => sentenceBySentence(own, sentences));
  const placed = placeInterventions(ofSentences, sentences, sources);
  const texts = sentences.map(({ text }) => text);
  const made = await tower.run(texts, { interventions: placed });
  const runs = new Map([...distinct.keys()].map((key, i) => [key, made.row(i).data]));
  const embedded = (places: SentencePlaces) => [places.text, runs.get(placesKey(places))!] as const;
  return rows.flatMap(({ pair }, row) => {
    const embeddings = { sentences: new Map(ofRows[row]!.map(embedded)), images };
    return evaluatePairs(tower, [pair], embeddings).rows;
  });
}

/** An intervention on all sentences; a patch from a cache of several takes the same sentence, wherever it is in the cache. */
function sentenceBySentence(
  intervention: Intervention,
  sentences: readonly SentencePlaces[],
): readonly Intervention[] {
  if (intervention.kind === "edit") return [intervention];
  const { hook, row } = intervention;
  if (row !== undefined) {
    throw new NegscopeError("intervention-row-unclear", {
      problem: `Cannot change "${hook}" in row ${row} of a study`,
      subject: String(row),
      reason: "a sentence runs once for all rows that share it",
      fix: "change the sentences of a single row, see row()",
    });
  }
  if (intervention.kind !== "patch") return [intervention];
  const { from, fromRow } = intervention;
  if (fromRow !== undefined || from.rowNames.length === 1) return [intervention];
  return sentences.map(({ text }, row) => {
    const fromRow = from.rowNames.indexOf(text);
    if (fromRow >= 0) return { ...intervention, row, fromRow };
    throw new NegscopeError("patch-source-missing", {
      problem: `Cannot patch "${hook}" of "${text}"`,
      subject: text,
      reason: `the cache has ${from.rowNames.length} sentences, but not this one`,
      fix: "cache all sentences of the study, or name one of the cache with fromRow",
    });
  });
}
