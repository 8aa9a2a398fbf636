/** Scores sentences for pictures of one's own. */

import { say } from "../lib/show/terminal.ts";
import { basename, dirname, type TakenTower } from "../lib/reading/path.ts";
import { Clip } from "../lib/runtime/open_runtime.ts";
import { imageScoresText, scoreImages } from "../lib/study/image_scores.ts";
import { findModel, madeForText, nameOf, openEdit } from "../lib/opening/find_model.ts";
import { readImage } from "../lib/images/image_folder.ts";
import { formChoice } from "../lib/opening/model_files.ts";
import { chosenEmbeddings, readEmbedding } from "../lib/opening/stored_embeddings.ts";
import { takenText } from "../lib/study/study_text.ts";
import {
  called,
  choiceOf,
  flagSet,
  type FlagValues,
  MODEL_FLAGS,
  sentencesOf,
} from "../lib/cli/flags.ts";
import { wrapText } from "../lib/tables/words.ts";
import { runTask } from "../lib/cli/task.ts";

function meaning(formula: string): string {
  return `The number before a sentence is S, ${formula} of the embeddings of sentence and picture; compare it only between sentences for one picture.`;
}

export const help = {
  name: "score",
  operands: "SENTENCE…",
  needsOperands: true,
  does: `scores one or more sentences for pictures of your own. ${
    meaning("100 x the cosine, or in SigLIP the model's own logit,")
  }\n
Pictures are JPEG, PNG, WebP, GIF or TIFF files. What is transparent counts as white. With --image-embeddings, --image is the name of an embedding in that file.`,
  example: '--image photo.jpg "There is a dog." "There is no dog."',
};

export const flags = {
  image: { value: "FILE", help: "a picture; it may be given several times", many: true },
  ...flagSet("image-embeddings", ...MODEL_FLAGS),
};

export async function work(values: FlagValues): Promise<void> {
  const { image: images, ...others } = values;
  const [choice, names] = [choiceOf(others), images as readonly string[]];
  const sentences = sentencesOf(values, { needsImages: true });
  const { folder, own } = await findModel(choice, called);
  const { device, threads } = choice;
  const loading = { ...formChoice(choice), edit: await openEdit(choice), device, threads };
  const stored = await chosenEmbeddings(choice, folder, called);
  const pictures = stored === undefined
    ? await Promise.all(
      names.map(async (name) => ({ name, bytes: await readImage(dirname(name), basename(name)) })),
    )
    : names.map((name) => ({ name, embedding: readEmbedding(stored, name) }));
  await using clip = await Clip.load(folder, { ...loading, ...stored && { towers: ["text"] } });
  const scores = await scoreImages(clip, pictures, sentences);
  const { family: { similarity }, taken: { text, image } } = clip;
  const taken: TakenTower[] = [
    { tower: "text", from: text! },
    { tower: "image", from: image ?? `embeddings in ${basename(stored!.path)}` },
  ];
  if (own !== undefined) say(`${madeForText(own, called)}\n`);
  const model = nameOf(folder, choice);
  say(`negscope score: ${model}\n`);
  say(imageScoresText(scores, { sentences, model }));
  say(`\n${wrapText(meaning(`${similarity.formula},`))}\n${wrapText(takenText(taken)!)}`);
}

if (import.meta.main) await runTask(help, flags, work);
