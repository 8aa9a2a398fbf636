/** Scores of any sentences for any pictures, without rows of data. */

import type { ClipModel } from "../model/clip_model.ts";
import { segmentOf } from "./rows/score_rows.ts";
import { type EditedPart, editText } from "../edits/edit.ts";
import { NegscopeError } from "../errors.ts";
import type { TextTower } from "../model/text/text_tower.ts";

export interface ImageScores {
  readonly image: string;
  /** S of each sentence, logits. */
  readonly scores: readonly number[];
}

/**
 * Scores sentences for pictures: S is that of every experiment, in CLIP 100 x the cosine of the embeddings of text and image. Returns the
 * scores of each picture.
 */
export async function scoreImages(
  { text, image, family }: Pick<ClipModel, "text" | "image" | "family">,
  pictures: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  sentences: readonly string[],
): Promise<ImageScores[]> {
  const embeddings: [string, Float32Array][] = [];
  for (const { name, bytes } of pictures) {
    embeddings.push([name, (await image.run([await image.pixels(bytes, name)])).row(0).data]);
  }
  return await scoreEmbeddings({ text, family }, embeddings, sentences);
}

/** Scores sentences for embeddings of pictures, see {@linkcode scoreImages}. Returns the scores of each picture. */
export async function scoreEmbeddings(
  { text, family }: Pick<ClipModel, "text" | "family">,
  embeddings: Iterable<readonly [name: string, embedding: Float32Array]>,
  sentences: readonly string[],
): Promise<ImageScores[]> {
  const { rule } = text;
  const all = [...rule?.withPrompts(new Set(sentences)) ?? sentences];
  const texts = await text.run(all);
  const made = new Map(all.map((sentence, i) => [sentence, texts.row(i).data]));
  const { score } = family.similarity;
  return Array.from(embeddings, ([image, embedding]) => ({
    image,
    scores: sentences.map((sentence) =>
      rule?.score(sentence, embedding, { score, embeddings: made }) ??
        score(made.get(sentence)!, embedding)
    ),
  }));
}

/** The scores as text: each sentence with its S, and what the model prefers; of two sentences also d. */
export function imageScoresText(
  scored: readonly ImageScores[],
  sentences: readonly string[],
): string {
  return scored.map(({ image, scores }) =>
    [
      image,
      ...scores.map((s, i) => `  ${s.toFixed(3).padStart(8)}  ${sentences[i]}`),
      ...(scores.length > 1 ? [`  ${preferenceText(scores, sentences)}`] : []),
      "",
    ].join("\n")
  ).join("\n");
}

function preferenceText(scores: readonly number[], sentences: readonly string[]): string {
  const best = scores.indexOf(Math.max(...scores));
  const prefers = `the model prefers "${sentences[best]}"`;
  if (scores.length > 2) return prefers;
  const d = scores[0]! - scores[1]!;
  if (d === 0) return "d = 0: the model prefers neither";
  const isClear = segmentOf(Math.abs(d)) !== "ambiguous";
  return `d = ${d.toFixed(3)}: ${prefers}${isClear ? "" : ", but not clearly"}`;
}

/** What an edit changes that a measurement cannot take into account, and why. */
const REASONS: Readonly<Partial<Record<EditedPart, string>>> = {
  scores: "it changes the scores of whole sentences, and this measures runs inside the tower",
  activations:
    "it changes the residual stream itself, and this takes the stream apart into what heads and MLPs write",
};

/** Refuses an edit that has no meaning for a measurement. */
export function refuseEdit(
  { edit, editedPart }: Pick<TextTower, "edit" | "editedPart">,
  measured: string,
  part: EditedPart = "scores",
): void {
  if (edit === undefined || editedPart !== part) return;
  throw new NegscopeError("change-unfit", {
    problem: `Cannot run ${measured} with edit ${editText(edit)}`,
    subject: edit.name,
    reason: REASONS[part],
    fix: "leave the edit out, or use evaluate, benchmark or edit",
  });
}
