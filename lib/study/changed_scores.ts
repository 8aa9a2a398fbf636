/** Scores of rows under a change to the text tower. */

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
 * @throws {NegscopeError} If no sentence has an intervention's role, or an intervention does not fit.
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
  const placed = placeInterventions(interventions, sentences, sources);
  const texts = sentences.map(({ text }) => text);
  const made = await tower.run(texts, { interventions: placed });
  const runs = new Map([...distinct.keys()].map((key, i) => [key, made.row(i).data]));
  const embedded = (places: SentencePlaces) => [places.text, runs.get(placesKey(places))!] as const;
  return rows.flatMap(({ pair }, row) => {
    const embeddings = { sentences: new Map(ofRows[row]!.map(embedded)), images };
    return evaluatePairs(tower, [pair], embeddings).rows;
  });
}
