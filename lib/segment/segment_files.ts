/** A segmentation from start to finish: its folder is opened or resumed, subjects are measured, files are written. */

import { basename } from "node:path";
import { idsText } from "../data/bad_rows.ts";
import type { Manifest } from "../files/manifest.ts";
import { fileNames, manifestOf, reportText, writeResults } from "../runs/write_results.ts";
import { mean, quantiles } from "../stats/columns.ts";
import { numberText } from "../tables/text_table.ts";
import { type Summary, summaryOf } from "../report/summary.ts";
import type { Word } from "../tables/words.ts";
import { fillTable, number, optional, table, text } from "../tables/table.ts";
import {
  measureSubjects,
  openSegmentInputs,
  type SegmentChoice,
  type SegmentInputs,
  type SubjectMask,
  THRESHOLD,
} from "./subject_mask.ts";
import { ID } from "../study/columns.ts";
import { decodeImage } from "../opening/images/decode_image.ts";
import { rowCounts, unchangedImage } from "../data/read.ts";
import { npyHeader } from "../files/tensors.ts";
import { NO_PICTURES, sayFinished } from "../runs/draw_figures.ts";
import { RunFolder } from "../runs/run_folder.ts";
import type { RunSettings } from "../runs/run_experiment.ts";
import { Stopwatch } from "../study/experiment/measure_rows.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { checkModelUnchanged, IMAGES } from "../opening/load_study.ts";
import { folderOrDownload, nameOf } from "../opening/find_model.ts";
import type { OpeningOptions } from "../opening/open_inputs.ts";
import { errorOfImages } from "../study/rows/left_out.ts";
import {
  phraseReader,
  readSegmenterSettings,
  Segmenter,
  segmenterGraph,
  settingsFiles,
} from "./segmenter.ts";
import { digestFile, fileStamp, onDisk, sha256Each, sha256Together } from "../files/read_file.ts";
import { CLIPSEG } from "../hub/repository.ts";
import { GraphFile, onnxOrigin } from "../onnx/graph_file.ts";
import type { RunIdentity } from "../runs/identity.ts";
import { optionTexts, versionsNow } from "../runs/run_identity.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";

const WORDS: readonly Word[] = [
  {
    word: "subject_size",
    means:
      `mean over an image's pixels of the probability that they show what the phrase names; subject_size_binary: share of the pixels whose probability is above ${THRESHOLD}`,
  },
  {
    word: "phrase",
    means: "the first noun phrase of the caption with its determiner, such as some cars",
  },
  {
    word: "foil-negated",
    means: "the false sentence is the negated one, so that the subject is in the image",
  },
];

const SHARES = { least: 0, "lower quarter": 0.25, median: 0.5, "upper quarter": 0.75, greatest: 1 };

function segmentSummary(
  { pairs, segmented, unnamed }: SegmentInputs,
  { name, masks, rows, protocol }: {
    readonly name: string;
    readonly masks: ReadonlyMap<string, SubjectMask>;
    readonly rows: Manifest["rows"];
    readonly protocol: string;
  },
): Summary {
  const distinct = new Set(segmented.map(({ pair: { image } }) => image)).size;
  const used = `${pairs.length} of ${rows.read} rows, ${protocol} protocol`;
  const lines = sizeLines([...masks.values()]);
  const [average, , , median] = lines.map(({ subject_size }) => subject_size);
  const said = `The subject covers ${numberText(average!, 2)} of its picture on average, and ${
    numberText(median!, 2)
  } in the median of ${masks.size} rows`;
  return summaryOf(`negscope segment: ${name}, ${used}`, [
    { sentences: [said], tables: [{ title: "Sizes over rows", lines }] },
  ], {
    method: [
      `${segmented.length} foil-negated rows with a phrase, on ${distinct} images`,
      ...unnamed.length === 0
        ? []
        : [`${unnamed.length} foil-negated rows without a phrase (${idsText(unnamed)})`],
    ],
    words: WORDS,
  });
}

function sizeLines(masks: readonly SubjectMask[]) {
  const [sizes, binary] = (["size", "binary"] as const).map((name) => {
    const values = masks.map((mask) => mask[name]);
    return [mean(values), ...quantiles(Float64Array.from(values), Object.values(SHARES))];
  });
  return ["mean", ...Object.keys(SHARES)].map((name, i) => (
    { "over rows": name, subject_size: sizes![i], subject_size_binary: binary![i] }
  ));
}

export const SUBJECT_SIZES = table(
  "subject_sizes",
  "The size of the subject in the image of each row; empty where the subject is absent, in caption-negated rows, or the caption has no noun phrase. `--subject-sizes` of the other tasks reads this file.",
  {
    id: ID,
    image: text("The image's name in the data."),
    phrase: optional(
      text("The noun phrase of the caption with its determiner, for which the segmenter looks."),
    ),
    subject_size: optional(
      number(
        "share of the image",
        "Mean over the segmenter's pixels of the probability that a pixel shows the subject.",
      ),
    ),
    subject_size_binary: optional(
      number("share of the image", `Share of the pixels whose probability is above ${THRESHOLD}.`),
    ),
  },
);

const MASKS = "masks.npy";
const PHASE = "segment";

const SEGMENT_FILES: readonly string[] = [
  `${SUBJECT_SIZES.name}.csv`,
  MASKS,
  ...fileNames({ tables: [], charts: [] }, []),
];

/** Segments the images of all rows whose subject is present, or resumes the unfinished run in the folder, and prints what was found. */
export async function segmentOnFiles(
  task: SegmentTask,
  settings: Omit<RunSettings, "pictures"> & Pick<OpeningOptions, "called">,
): Promise<void> {
  const { out, overwrite = false, seed, say = () => {}, bar: makeBar, called } = settings;
  const stopwatch = settings.stopwatch ?? new Stopwatch();
  const runtime = await openRuntime(task.device);
  const segmenterFolder = await folderOrDownload(task.segmenter ?? CLIPSEG, {
    command: "clipseg",
  });
  const text = await phraseReader(segmenterFolder, await readSegmenterSettings(segmenterFolder));
  const inputs = await openSegmentInputs(task, { text, seed, called });
  const identify = () => identifySegmentation(task, { folder: segmenterFolder, inputs, seed });
  const { identity, images, stamps } = await stopwatch.measure("checksums", identify);
  await using opened = new AsyncDisposableStack();
  const opening = { files: SEGMENT_FILES, overwrite, say };
  const folder = opened.use(await RunFolder.open(out, identity, opening));
  if (folder === undefined) return await sayFinished(out, NO_PICTURES, say);
  const rows = rowCounts({ ...inputs, drawn: inputs.pairs });
  const manifest = (files: readonly string[]) =>
    manifestOf({ identity, seed, rows, stopwatch }, files);
  const begin = () => folder.begin(manifest(SEGMENT_FILES), { overwrite });
  const journal = opened.use(await folder.openJournal({ overwrite, begin }));
  const kept = journal.phase(PHASE);
  if (kept.size > 0) say(`${PHASE}: goes on after ${kept.size} finished images`);
  const read: SegmentInputs["read"] = async (pair) =>
    unchangedImage(pair.image, await inputs.read(pair), images.get(pair.image));
  const measure = async () => {
    const chosen = { runtime, suffix: task.onnx, threads: task.threads };
    const load = () => Segmenter.load(segmenterFolder, chosen);
    await using segmenter = await stopwatch.measure("load", load);
    await checkModelUnchanged({ stamps });
    using bar = makeBar?.(PHASE);
    const reporting = { read, kept, progress: bar?.report };
    const all = () => measureSubjects(segmenter, inputs.segmented, reporting);
    return await stopwatch.measure(PHASE, all);
  };
  const masks = await measure().catch(async (error: unknown) => {
    const pairs = inputs.segmented.map(({ pair }) => pair);
    const { read, dataPath: source } = inputs;
    throw await errorOfImages(error, { read, decode: decodeImage, pairs, source });
  });
  await folder.begin(manifest(SEGMENT_FILES), { overwrite: false }); // where every mask was known, nothing has begun
  const name = nameOf(segmenterFolder);
  const { protocol = "rephrased" } = task;
  const summary = segmentSummary(inputs, { name, masks, rows, protocol });
  const byName = new Map(inputs.segmented.map(({ pair }) => [pair.image, pair]));
  const said = await writeResults(folder, {
    tables: [sizesTable(inputs, masks)],
    files: [[MASKS, masksFile([...masks.values()])]],
    summary,
    beside: {
      images: (image) => read(byName.get(image)!),
      masks: inputs.segmented.map(({ pair: { id, image }, phrase }) => (
        { id, image, phrase, ...masks.get(id)! }
      )),
    },
  }, { manifest, pictures: NO_PICTURES, stopwatch });
  say(said);
  say(reportText(out));
}

function sizesTable(
  { pairs, segmented }: SegmentInputs,
  masks: ReadonlyMap<string, SubjectMask>,
) {
  const phrases = new Map(segmented.map(({ pair: { id }, phrase }) => [id, phrase]));
  return fillTable(
    SUBJECT_SIZES,
    pairs.map(({ id, image }) => ({
      id,
      image,
      phrase: phrases.get(id),
      subject_size: masks.get(id)?.size,
      subject_size_binary: masks.get(id)?.binary,
    })),
  );
}

/** The masks as bytes, [masks, rows, columns], in the order of the rows that have one. */
function masksFile(masks: readonly SubjectMask[]): Uint8Array[] {
  const { rows, columns } = masks[0]!;
  return [...npyHeader("|u1", [masks.length, rows, columns]), ...masks.map(({ levels }) => levels)];
}

interface SegmentTask extends SegmentChoice, Pick<StudyChoice, "onnx" | "device" | "threads"> {
  /** The segmenter's folder, or the Hub's name of its download. @default {CLIPSEG} */
  readonly segmenter?: string | undefined;
}

/** Reads all files of a segmentation once; the stamps of the segmenter's files are from before they were read. */
async function identifySegmentation(
  task: SegmentTask,
  { folder, inputs: { dataPath, data, paths }, seed }: {
    readonly folder: string;
    readonly inputs: SegmentInputs;
    readonly seed: number;
  },
) {
  const graph = new GraphFile(onnxOrigin(onDisk(await segmenterGraph(folder, task.onnx))));
  await graph.open(); // finds the files that hold its weights
  graph.close();
  const stamps = new Map<string, string>();
  const model = [];
  for (const path of [...await settingsFiles(folder), ...graph.files]) {
    stamps.set(path, await fileStamp(path)); // before the bytes are read, so that no change goes unseen
    model.push(await digestFile(path, folder));
  }
  const images = await sha256Each(paths);
  const sources = {
    model,
    data: [
      { file: basename(dataPath), sha256: data.sha256 },
      { file: IMAGES, sha256: sha256Together(images) },
    ],
  };
  const identity: RunIdentity = {
    command: "segment",
    options: optionsOf(task, seed),
    versions: versionsNow(),
    sources,
  };
  return { identity, images, stamps };
}

/** The options as text, without threads, which change no number, and without rows made by a script, whose checksum is among the sources. */
function optionsOf(
  { segmenter = CLIPSEG, onnx, device = "cpu", protocol = "rephrased", ...rows }: SegmentTask,
  seed: number,
): Record<string, string> {
  const { data, images, limit, skipBad } = rows;
  const chosen = { segmenter, onnx, device, data, images, protocol, limit };
  return optionTexts({ ...chosen, "skip-bad": skipBad || undefined, seed });
}
