/** Scores of any sentences for any pictures, without rows of data. */

import type { ClipModel } from "../model/clip_model.ts";
import { segmentOf } from "./rows/score_rows.ts";
import { type EditedPart, editText } from "../edits/edit.ts";
import { NegscopeError } from "../errors/errors.ts";
import { numberText } from "../tables/text_table.ts";
import { wrapText } from "../tables/words.ts";
import type { TextTower } from "../model/text/text_tower.ts";

interface ImageScores {
  readonly image: string;
  readonly scores: readonly number[];
}

/**
 * Scores sentences for pictures or embeddings of them: S is that of every experiment, in CLIP 100 x the cosine of the embeddings of text
 * and image. Returns the scores of each picture.
 */
export async function scoreImages(
  model: Pick<ClipModel, "text" | "image" | "family">,
  pictures: readonly {
    readonly name: string;
    readonly bytes?: Uint8Array;
    readonly embedding?: Float32Array;
  }[],
  sentences: readonly string[],
): Promise<ImageScores[]> {
  const { text, family: { similarity: { score } } } = model; // its image tower may not be loaded
  const { rule } = text;
  const all = [...rule?.withPrompts(new Set(sentences)) ?? sentences];
  const texts = await text.run(all);
  const embeddings = new Map(all.map((sentence, i) => [sentence, texts.row(i).data]));
  const scored: ImageScores[] = [];
  for (const { name, bytes, embedding } of pictures) {
    const shown = embedding ??
      (await model.image.run([await model.image.pixels(bytes!, name)])).row(0).data;
    const scores = sentences.map((sentence) =>
      rule?.score(sentence, shown, { score, embeddings }) ??
        score(embeddings.get(sentence)!, shown)
    );
    scored.push({ image: name, scores });
  }
  return scored;
}

/** What a model prefers in each picture, then each sentence with its S. */
export function imageScoresText(
  scored: readonly ImageScores[],
  { sentences, model }: { readonly sentences: readonly string[]; readonly model: string },
): string {
  const isOne = scored.length === 1;
  const said = scored.flatMap(({ image, scores }) => {
    const preferred = scores.length > 1 ? preferenceText(scores, { sentences, model }) : undefined;
    return preferred === undefined ? [] : [`${isOne ? "" : `For ${image}, `}${preferred}.`];
  });
  const lists = scored.map(({ image, scores }) =>
    [image, ...scores.map((s, i) => `  ${s.toFixed(3).padStart(8)}  ${sentences[i]}`)].join("\n")
  );
  return [...said.length === 0 ? [] : [said.map((text) => wrapText(text)).join("\n")], ...lists]
    .join("\n\n");
}

function preferenceText(
  scores: readonly number[],
  { sentences, model }: Parameters<typeof imageScoresText>[1],
): string {
  const best = scores.indexOf(Math.max(...scores));
  const [first, second] = scores.toSorted((a, b) => b - a);
  const lead = first! - second!;
  if (lead === 0) return `${model} prefers no sentence: the largest scores are equal`;
  const isClear = segmentOf(lead) !== "ambiguous";
  return `${model} prefers "${sentences[best]}" by ${numberText(lead, 2)}${
    isClear ? "" : ", which is less than 1 and not clear"
  }`;
}

/** What an edit changes that a measurement cannot take into account, and why. */
const REASONS: Readonly<Partial<Record<EditedPart, string>>> = {
  scores: "it changes the scores of whole sentences, and this measures runs inside the tower",
  activations:
    "it changes the residual stream itself, and this takes the stream apart into what heads and MLPs write",
};

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
