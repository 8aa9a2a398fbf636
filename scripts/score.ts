/** Scores sentences for pictures of one's own. */

import { say } from "../lib/show/terminal.ts";
import { basename } from "node:path";
import type { TakenTower } from "../lib/reading/path.ts";
import { Clip } from "../lib/runtime/open_runtime.ts";
import {
  type ImageScores,
  imageScoresText,
  scoreEmbeddings,
  scoreImages,
} from "../lib/study/image_scores.ts";
import { findModel, madeForText, nameOf, openEdit } from "../lib/opening/find_model.ts";
import { readPicture } from "../lib/images/image_folder.ts";
import { formChoice } from "../lib/opening/model_files.ts";
import { chosenEmbeddings, readEmbedding } from "../lib/opening/stored_embeddings.ts";
import { takenText } from "../lib/study/study_text.ts";
import { called, choiceOf, flagSet, type FlagValues, MODEL_FLAGS } from "../lib/cli/flags.ts";
import { NegscopeError } from "../lib/errors.ts";
import { wrapText } from "../lib/tables/words.ts";
import { runTask } from "../lib/cli/task.ts";

const PICTURES = `
Pictures are JPEG, PNG, WebP, GIF or TIFF files. What is transparent counts as white. With --image-embeddings, --image is the name of an embedding in that file.`;

function meaning(formula: string): string {
  return `
S is ${formula}. Compare it only between sentences for one picture.
d = S(first sentence) - S(second); from -1 to 1 the model does not tell them apart clearly.`;
}

/** Of which S is made, whatever the family. */
const EMBEDDINGS = "of the embeddings of sentence and picture";

export const help = {
  name: "score",
  operands: "SENTENCE…",
  needsOperands: true,
  does: `scores one or more sentences for pictures of your own.\n${
    meaning(`100 x the cosine ${EMBEDDINGS}, or in SigLIP the model's own logit`)
  }\n${PICTURES}`,
  example: '--image photo.jpg "There is a dog." "There is no dog."',
};

export const flags = {
  image: { value: "FILE", help: "a picture; it may be given several times", many: true },
  ...flagSet("image-embeddings", ...MODEL_FLAGS),
};

export async function work(values: FlagValues): Promise<void> {
  const choice = choiceOf(values);
  const { operands: sentences = [], image: names } = values;
  const empty = sentences.find((sentence) => sentence.trim() === "");
  if (empty !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use sentence "${empty}"`,
      subject: empty,
      expected: "a text that is not empty",
    });
  }
  if (!Array.isArray(names) || names.length === 0) {
    throw new NegscopeError("usage-value-missing", {
      problem: "Cannot run without --image",
      subject: "--image",
      expected: "one or more --image FILE",
    });
  }
  const { folder, own } = await findModel(choice, called);
  const { scores, formula, taken } = await scoresOf(names, { choice, folder, sentences });
  if (own !== undefined) say(`${madeForText(own, called)}\n`);
  say(wrapText(`negscope score: ${nameOf(folder, choice)}, S of each sentence`));
  say(`${wrapText(takenText(taken)!)}\n`);
  say(imageScoresText(scores, sentences) + meaning(`${formula}, ${EMBEDDINGS}`));
}

interface Scored {
  readonly scores: readonly ImageScores[];
  readonly formula: string;
  readonly taken: readonly TakenTower[];
}

async function scoresOf(
  names: readonly string[],
  { choice, folder, sentences }: {
    readonly choice: ReturnType<typeof choiceOf>;
    readonly folder: string;
    readonly sentences: readonly string[];
  },
): Promise<Scored> {
  const edit = await openEdit(choice);
  const loading = { ...formChoice(choice), edit, device: choice.device, threads: choice.threads };
  const stored = await chosenEmbeddings(choice, folder, called);
  if (stored === undefined) {
    const pictures = await Promise.all(names.map(readPicture));
    await using clip = await Clip.load(folder, loading);
    return scoredBy(clip, await scoreImages(clip, pictures, sentences));
  }
  const embeddings = names.map((name) => [name, readEmbedding(stored, name)] as const);
  await using clip = await Clip.load(folder, { ...loading, towers: ["text"] });
  const image = { tower: "image" as const, from: `embeddings in ${basename(stored.path)}` };
  return scoredBy(clip, await scoreEmbeddings(clip, embeddings, sentences), [image]);
}

function scoredBy(
  { family, taken: { text, image } }: Clip,
  scores: readonly ImageScores[],
  given: readonly TakenTower[] = [],
): Scored {
  const taken: TakenTower[] = [
    { tower: "text", from: text! },
    ...image === undefined ? given : [{ tower: "image" as const, from: image }],
  ];
  return { scores, formula: family.similarity.formula, taken };
}

if (import.meta.main) await runTask(help, flags, work);
