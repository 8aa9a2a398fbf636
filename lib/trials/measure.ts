/** Measures one edit on all rows, each with the edit of the fold in which its noun is held out. */

import { countRow } from "../benchmark/counting.ts";
import { retrievalRanks } from "../benchmark/ranks.ts";
import type { Edit } from "../edits/edit.ts";
import { mappedVector } from "../edits/weight_edit.ts";
import { cosine } from "../model/families.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import { type Embeddings, embedTexts } from "../study/embeddings/embed.ts";
import { SCORE_NOISE } from "../study/effects/noise.ts";
import { promptText } from "./fit.ts";
import type { TrialRow, TrialSet } from "./rows.ts";

export interface Measured {
  /** Of each row, whether the right option has the largest score of all: 1/k if it is one of k. */
  readonly right: readonly number[];
  /** Of each row with a true affirmative sentence: whether its picture is the first among all for that sentence. */
  readonly recall: readonly boolean[];
  /** The same of the prompt of its noun among those of all nouns for the picture. */
  readonly zeroShot: readonly number[];
  /** Its affirmative sentence, embedded. */
  readonly affirmative: readonly Float32Array[];
}

export interface TrialInputs {
  readonly text: TextTower;
  readonly sets: readonly TrialSet[];
  readonly folds: ReadonlyMap<string, number>;
  readonly nouns: readonly string[];
  /** The prompt of zero-shot classification, with {} for the noun. */
  readonly prompt: string;
}

/** Measures an edit on all sets, given that of each fold; undefined for the model as it is. */
export async function measureEdit(
  { text, sets, folds, nouns, prompt }: TrialInputs,
  editOf: (fold: number) => Edit | undefined,
): Promise<Measured[]> {
  const made: Map<string, Embeddings> = new Map(); // by fold
  const scorers = new Map<string, Scorer>();
  const prompts = nouns.map((noun) => promptText(prompt, noun));
  const rows = sets.flatMap((set) => set.rows);
  for (const [fold, own] of Map.groupBy(rows, ({ noun }) => `${folds.get(noun)!}`)) {
    const edit = editOf(Number(fold));
    const edited = edit === undefined ? text : text.edited(edit);
    const sentences = new Set([...own.flatMap(sentencesOf), ...prompts]);
    const embedded = await embedTexts(edited, edited.rule?.withPrompts(sentences) ?? sentences);
    const embeddings = edit?.kind === "map" && edit.strength !== 0
      ? new Map([...embedded].map(([sentence, t]) => [sentence, mappedVector(t, edit)]))
      : embedded;
    const { rule, family: { similarity: { score } } } = edited;
    made.set(fold, embeddings);
    scorers.set(fold, (sentence, image) =>
      rule?.score(sentence, image, { score, embeddings }) ??
        score(embeddings.get(sentence)!, image));
  }
  const results: Measured[] = [];
  for (const { rows, pictures } of sets) {
    const foldOf = ({ noun }: TrialRow) => `${folds.get(noun)!}`;
    const right = rows.map((row) => {
      const score = scorers.get(foldOf(row))!;
      const scores = row.options.map(({ sentence, picture }) =>
        score(sentence, pictures.get(picture)!)
      );
      return countRow(scores, row.right, SCORE_NOISE).share;
    });
    const told = rows.filter(({ affirmative }) => affirmative !== undefined);
    const affirmative = told.map((row) => made.get(foldOf(row))!.get(row.affirmative!.sentence)!);
    const names = [...pictures.keys()];
    const place = new Map(names.map((name, i) => [name, i]));
    const { ofImages } = await retrievalRanks({
      images: [...pictures.values()],
      captions: affirmative,
      imageOf: told.map((row) => place.get(row.affirmative!.picture)!),
    });
    const zeroShot = told.map((row) => {
      const score = scorers.get(foldOf(row))!;
      const scores = prompts.map((sentence) =>
        score(sentence, pictures.get(row.affirmative!.picture)!)
      );
      return countRow(scores, nouns.indexOf(row.noun), SCORE_NOISE).share;
    });
    results.push({ right, recall: ofImages.map(({ rank }) => rank <= 1), zeroShot, affirmative });
  }
  return results;
}

type Scorer = (sentence: string, image: Float32Array) => number;

/** The cosine of each affirmative sentence's embedding with the one before. */
export function cosinesWith(after: Measured, before: Measured): number[] {
  return after.affirmative.map((t, i) => cosine(t, before.affirmative[i]!));
}

function sentencesOf({ options, affirmative }: TrialRow): string[] {
  const own = options.map(({ sentence }) => sentence);
  return affirmative === undefined ? own : [...own, affirmative.sentence];
}
