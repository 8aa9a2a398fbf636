/** Scores sentences for pictures of one's own. */

import { say } from "../lib/show/terminal.ts";
import { measuredRows, writeComparison } from "../lib/composites/compare/comparison.ts";
import { NegscopeError } from "../lib/errors/errors.ts";
import { digestFile } from "../lib/files/read_file.ts";
import { greyAddress } from "../lib/opening/images/decode_image.ts";
import { basename, dirname, type TakenTower } from "../lib/reading/path.ts";
import { summaryOf } from "../lib/report/summary.ts";
import { Clip } from "../lib/runtime/open_runtime.ts";
import {
  explainScore,
  greysOf,
  imageScoresText,
  SALIENCY,
  saliencyChart,
  saliencyFinding,
  scoreImages,
} from "../lib/study/image_scores.ts";
import { findModel, madeForText, nameOf, openEdit } from "../lib/opening/find_model.ts";
import { readImage } from "../lib/opening/images/image_folder.ts";
import { formChoice } from "../lib/opening/load_study.ts";
import { chosenEmbeddings, readEmbedding } from "../lib/opening/stored_embeddings.ts";
import { printChoice } from "../lib/study/choice/study_options.ts";
import { Stopwatch } from "../lib/study/experiment/measure_rows.ts";
import { GLOSSARY } from "../lib/study/glossary.ts";
import { takenText } from "../lib/study/study_text.ts";
import {
  called,
  choiceOf,
  flagSet,
  type FlagValues,
  givenFlag,
  MODEL_FLAGS,
  refuseTogether,
  RESULT_FLAGS,
  sentencesOf,
  settingsOf,
} from "../lib/cli/flags.ts";
import { fillTable } from "../lib/tables/table.ts";
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
--explain says what S of one sentence rests on, or d of two (S of the preferred one minus S of the other): the words and the squares of the picture without which it changes most, and whether those that raise it count for more than others.\n
Pictures are JPEG, PNG, WebP or GIF files. What is transparent counts as white. With --image-embeddings, --image is the name of an embedding in that file.`,
  example: '--image photo.jpg "There is a dog." "There is no dog."',
};

const EXPLAINED = ["seed", "out", "overwrite", ...RESULT_FLAGS, "quiet"];

export const flags = {
  image: { value: "FILE", help: "a picture; it may be given several times", many: true },
  explain: { help: "writes what S, or d of two sentences, rests on into a folder" },
  ...flagSet("image-embeddings", ...MODEL_FLAGS, ...EXPLAINED),
};

export async function work(values: FlagValues): Promise<void> {
  const { image: images, ...others } = values;
  const [choice, names] = [choiceOf(others), images as readonly string[]];
  const sentences = sentencesOf(values, { needsImages: true });
  const isExplained = values["explain"] === true;
  if (isExplained) refuseTogether(values, ["explain", "image-embeddings"]);
  const idle = isExplained ? undefined : givenFlag(values, flags, EXPLAINED);
  if (idle !== undefined) {
    throw new NegscopeError("usage-flags-exclusive", {
      problem: `Cannot use --${idle} without --explain`,
      reason: "it does nothing for scores that are printed",
    });
  }
  const isTwice = sentences[0] === sentences[1];
  if (isExplained && (names.length > 1 || sentences.length > 2 || isTwice)) {
    const many = names.length > 1 ? `${names.length} pictures` : `${sentences.length} sentences`;
    throw new NegscopeError("usage-argument-unexpected", {
      problem: isTwice
        ? `Cannot compare sentence "${sentences[0]}" with itself`
        : `Cannot explain ${many}`,
      expected: "one picture, and one sentence or two that differ",
    });
  }
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
  const model = nameOf(folder, choice);
  const notes = [
    ...own === undefined ? [] : [madeForText(own, called)],
    ...clip.text.unchangedError(sentences) ? ["The edit changes none of these sentences"] : [],
  ].map((note) => `${note}\n`);
  if (isExplained) {
    const { seed, ...settings } = settingsOf(values, help);
    const stopwatch = new Stopwatch();
    const [{ name, bytes }] = pictures as [{ name: string; bytes: Uint8Array }];
    const pixels = await clip.image.pixels(bytes, name);
    const found = await explainScore(clip, { pixels, sentences, seed });
    const rows = [...found.words.rows, ...found.squares.rows];
    const files = [...clip.files, ...choice.edit === undefined ? [] : [choice.edit]];
    const sources = {
      model: await Promise.all(files.map((path) => digestFile(path, folder))),
      data: [await digestFile(name)],
    };
    const picture = await greyAddress(greysOf(pixels));
    const { findings, said } = await writeComparison(settings, {
      command: "score",
      options: {
        ...printChoice(choice),
        seed: `${seed}`,
        image: name,
        explain: sentences.join("\n"),
      },
      ...{ sources, seed, stopwatch, rows: measuredRows(rows.length, rows.length) },
      tables: [fillTable(SALIENCY, rows)],
      charts: new Map([[SALIENCY.name, saliencyChart(found, { picture, sources, model })]]),
      summary: summaryOf(
        `negscope score: ${model}, ${basename(name)}, ${sentences.join(", ")}`,
        [saliencyFinding(found, model)],
        { words: GLOSSARY },
      ),
    });
    notes.forEach((note) => settings.say(note));
    settings.say(findings);
    return settings.say(said);
  }
  const scores = await scoreImages(clip, pictures, sentences);
  const { family: { similarity }, taken: { text, image } } = clip;
  const taken: TakenTower[] = [
    { tower: "text", from: text! },
    { tower: "image", from: image ?? `embeddings in ${basename(stored!.path)}` },
  ];
  notes.forEach((note) => say(note));
  say(`negscope score: ${model}\n`);
  say(imageScoresText(scores, { sentences, model }));
  say(`\n${wrapText(meaning(`${similarity.formula},`))}\n${wrapText(takenText(taken)!)}`);
}

if (import.meta.main) await runTask(help, flags, work);
