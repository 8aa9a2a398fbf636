/**
 * Scores sentences for pictures of one's own.
 *
 *     deno task score --image photo.jpg "There is a dog." "There is no dog."
 *     deno task score --model FOLDER --image a.jpg --image b.jpg "There is a dog." "There is no dog."
 */

import { Clip } from "../lib/model/clip.ts";
import { imageScoresText, readPicture, scoreImages } from "../lib/study/image_scores.ts";
import { formChoice } from "../lib/subject/checksums.ts";
import { findModel, nameOf } from "../lib/subject/inputs.ts";
import { choiceOf, MODEL_FLAGS } from "../lib/cli/choice.ts";
import { listFlag, sentencesOf } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { say } from "../lib/cli/say.ts";
import { runTask } from "../lib/cli/task.ts";

const PICTURES = `
Pictures are JPEG, PNG, WebP, GIF or TIFF files. What is transparent counts as white.`;

const MEANING = `
S is 100 x the cosine of the embeddings of sentence and picture. Compare it only between sentences for
one picture. d = S(first sentence) - S(second); from -1 to 1 the model does not tell them apart clearly.`;

const HELP = {
  name: "score",
  operands: "SENTENCE…",
  needsOperands: true,
  does: `scores one or more sentences for pictures of your own.\n${MEANING}\n${PICTURES}`,
  example: 'deno task score --image photo.jpg "There is a dog." "There is no dog."',
};

await runTask(HELP, flagSet("image", ...MODEL_FLAGS), async (values) => {
  const choice = choiceOf(values);
  const sentences = sentencesOf(values);
  const pictures = await Promise.all(listFlag(values, "image").map(readPicture));
  const { folder, embedded } = await findModel(choice.model);
  await using clip = await Clip.load(folder, { threads: choice.threads, ...formChoice(choice) });
  const scored = await scoreImages(clip, pictures, sentences);
  if (embedded) say("The embedded model knows only drawings of shapes; --model names another\n");
  say(`negscope score: ${nameOf(folder)}, S of each sentence\n`);
  say(imageScoresText(scored, sentences) + MEANING);
});
