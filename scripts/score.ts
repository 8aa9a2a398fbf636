/**
 * Scores sentences for pictures of one's own.
 *
 *     deno task score --image photo.jpg "There is a dog." "There is no dog."
 *     deno task score --model FOLDER --image a.jpg --image b.jpg "There is a dog." "There is no dog."
 *     deno task score --model FOLDER --image-embeddings images.npy --image a.jpg "There is a dog."
 */

import { Clip } from "../lib/model/clip.ts";
import {
  type ImageScores,
  imageScoresText,
  readPicture,
  scoreEmbeddings,
  scoreImages,
} from "../lib/study/image_scores.ts";
import { formChoice } from "../lib/subject/choice/checksums.ts";
import { chosenEmbeddings } from "../lib/subject/embeddings/chosen_embeddings.ts";
import { readEmbedding } from "../lib/subject/embeddings/stored_embeddings.ts";
import { findModel, nameOf } from "../lib/subject/choice/find_model.ts";
import { flagName } from "../lib/subject/choice/study_options.ts";
import { choiceOf, MODEL_FLAGS } from "../lib/cli/choice.ts";
import { listFlag, sentencesOf } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { say } from "../lib/cli/say.ts";
import { runTask } from "../lib/cli/task.ts";

const PICTURES = `
Pictures are JPEG, PNG, WebP, GIF or TIFF files. What is transparent counts as white. With
--image-embeddings, --image is the name of an embedding in that file.`;

const MEANING = `
S is 100 x the cosine of the embeddings of sentence and picture, or in SigLIP the model's own logit. Compare
it only between sentences for one picture. d = S(first sentence) - S(second); from -1 to 1 the model does not tell them apart clearly.`;

const HELP = {
  name: "score",
  operands: "SENTENCE…",
  needsOperands: true,
  does: `scores one or more sentences for pictures of your own.\n${MEANING}\n${PICTURES}`,
  example: 'deno task score --image photo.jpg "There is a dog." "There is no dog."',
};

await runTask(HELP, flagSet("image", "image-embeddings", ...MODEL_FLAGS), async (values) => {
  const choice = choiceOf(values);
  const sentences = sentencesOf(values);
  const names = listFlag(values, "image");
  const { folder, embedded } = await findModel(choice.model);
  const scored = await scoresOf(names, { choice, folder, sentences });
  if (embedded) say("The embedded model knows only drawings of shapes; --model names another\n");
  say(`negscope score: ${nameOf(folder)}, S of each sentence\n`);
  say(imageScoresText(scored, sentences) + MEANING);
});

/** The scores of pictures, or of embeddings with these names. */
async function scoresOf(
  names: readonly string[],
  { choice, folder, sentences }: {
    readonly choice: ReturnType<typeof choiceOf>;
    readonly folder: string;
    readonly sentences: readonly string[];
  },
): Promise<ImageScores[]> {
  const loading = { ...formChoice(choice), threads: choice.threads };
  const stored = await chosenEmbeddings(choice, folder, (option) => `--${flagName(option)}`);
  if (stored === undefined) {
    const pictures = await Promise.all(names.map(readPicture));
    await using clip = await Clip.load(folder, loading);
    return await scoreImages(clip, pictures, sentences);
  }
  const embeddings = names.map((name) => [name, readEmbedding(stored, name)] as const);
  await using clip = await Clip.load(folder, { ...loading, towers: ["text"] });
  return await scoreEmbeddings(clip, embeddings, sentences);
}
