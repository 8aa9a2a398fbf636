/** What can be wrong with rows besides their values: images or embeddings of them that cannot be read, and sentences that the model cannot. */

import { type BadRow, joinBadRows, type RowProblem, rowProblem } from "../data/bad_rows.ts";
import type { DataRows, ReadRows } from "../data/formats/format.ts";
import { checkPairs } from "../data/formats/lists.ts";
import { firstOfEachImage, type Pair, type Protocol } from "../data/pairs.ts";
import { type DataFile, readRows, readSubjectSizes, withSubjectSizes } from "../data/read.ts";
import { countNegations, findNegation, NEGATING_WORDS } from "../data/words.ts";
import { SHAPES } from "./find_model.ts";
import { onDisk } from "../files/read_file.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { NegscopeError, wrongValue } from "../errors/errors.ts";
import { type GivenEmbeddings, MADE_ROWS } from "../study/choice/inputs.ts";
import { sha256Text } from "../reading/sha256.ts";
import {
  EMBEDDED_BLOCKS,
  EMBEDDED_PAIRS,
  EMBEDDED_SENTENCES,
  type StudyChoice,
} from "../study/choice/study_options.ts";
import { basename, dirname, type FileDigest } from "../reading/path.ts";
import { checkBox, decodeImage, imageSize } from "./images/decode_image.ts";
import { imageReader, readImage, resolveImage } from "./images/image_folder.ts";
import { boxOf, fileOf } from "../reading/picture.ts";
import { loadSentences } from "../model/text/text_tower.ts";
import { inTurns, type Steps } from "../stats/steps.ts";
import { readEmbedding, type StoredEmbeddings } from "./stored_embeddings.ts";
import { alignSteps } from "../study/rows/prepare.ts";
import { longRows, rowsOfImages, rowsWithoutImage } from "../study/rows/left_out.ts";

export interface GivenData {
  readonly source: string | undefined;
  /** The file that is read, the model's own or the embedded one if nothing was given; {@linkcode MADE_ROWS} of rows without a file. */
  readonly name: string;
  readonly images?: string | undefined; // images that belong to named data or a pair; default: none are known
  readonly pairs?: readonly Pair[] | undefined; // rows without a file: those of a pair, or made by a script
}

export function givenData(
  { data, pair, pairs, image, images, imageEmbeddings }: StudyChoice,
  own: string = SHAPES.data,
): GivenData {
  if (pair === undefined ? image !== undefined : (data ?? pairs ?? images) !== undefined) {
    throw new NegscopeError("usage-flags-exclusive", {
      problem: pair === undefined
        ? `Cannot use image "${image}" without two sentences`
        : "Cannot use two sentences beside other data",
      expected: "either two sentences and one image, or data with a folder of images",
    });
  }
  if (pairs === undefined && pair === undefined) {
    if (data === EMBEDDED_PAIRS) return { source: data, name: SHAPES.pairs, images: SHAPES.images };
    if (data === EMBEDDED_BLOCKS) {
      return { source: data, name: SHAPES.blocks, images: SHAPES.blockImages };
    }
    const name = data === EMBEDDED_SENTENCES ? SHAPES.sentences : data ?? own;
    return { source: data, name };
  }
  if (data !== undefined) {
    throw wrongValue("use data", data, "no file beside pairs", { code: "usage-value-wrong" });
  }
  const made = pair === undefined ? { pairs } : rowsOfPair(pair, { image, imageEmbeddings });
  return { source: MADE_ROWS, name: MADE_ROWS, ...made };
}

/** The row of two sentences, and the folder of their picture. */
function rowsOfPair(
  [caption = "", foil = ""]: readonly string[],
  { image, imageEmbeddings }: Pick<StudyChoice, "image" | "imageEmbeddings">,
): Pick<GivenData, "pairs" | "images"> {
  const negation = findNegation(caption, foil);
  if (negation === undefined) {
    const known = countNegations(foil);
    throw new NegscopeError("row-wrong", {
      problem: "Cannot tell which of the two sentences is negated",
      subject: foil,
      reason: caption === foil
        ? "they are the same"
        : known === 0
        ? "neither has a known negator"
        : "both have equally many known negators",
      expected: `one more in one of them: ${NEGATING_WORDS.join(", ")} or n't`,
      fix: "reword it, or give a file (--data) whose column negation says which it is",
    });
  }
  const isFile = image !== undefined && imageEmbeddings === undefined;
  const name = isFile ? basename(image) : image ?? "no picture";
  const row = { id: name, image: name, negation, caption, foil };
  return { pairs: [row], images: isFile ? dirname(image) : undefined };
}

/** How given rows are read: how the sentences of a pair are aligned, and whether they must be. */
type GivenRowsOptions = { readonly protocol: Protocol; readonly aligned: boolean };

/** Reads the rows of a file, or checks those made by a script in the same way. */
export async function readGiven(
  given: readonly Pair[] | string,
  options: GivenRowsOptions,
): Promise<DataFile & ReadRows> {
  return typeof given === "string"
    ? await readRows(onDisk(await fetchKitFiles(given)), options)
    : madeRows(given, options);
}

function madeRows(given: readonly Pair[], options: GivenRowsOptions): DataFile & ReadRows {
  const rows = checkPairs(given, { source: MADE_ROWS, ...options });
  const { pairs, bad } = rows;
  const described = (row: BadRow) => [row.where, ...row.problems.map(({ reason }) => reason)];
  const content = bad.length === 0 ? pairs : { pairs, bad: bad.map(described) };
  return {
    ...rows,
    format: MADE_ROWS,
    textOnly: false,
    sha256: sha256Text(JSON.stringify(content)),
  };
}

/** What the file is called among the sources of a run, wherever it is. */
const SIZES_SOURCE = "subject sizes";

/** Joins the rows of the data with the sizes of a file, of which the checksum is given; without a file the data's own are used. */
export async function sizedData<Data extends DataRows>(
  data: Data,
  path: string | undefined,
): Promise<{ readonly data: Data; readonly subjectSizes?: FileDigest }> {
  if (path === undefined) return { data };
  const given = await readSubjectSizes(onDisk(path));
  const subjectSizes = { file: SIZES_SOURCE, sha256: given.sha256 };
  return { data: { ...data, pairs: withSubjectSizes(data, given) }, subjectSizes };
}

/** Finds the rows that cannot be used, by reading every image, every image embedding made elsewhere, and tokenising every sentence. */
export async function unusableRows(
  pairs: readonly Pair[],
  { folder, stored, modelFolder, tokenizer, weights, protocol }: {
    readonly folder: string | undefined; // folder of the images; absent if none are read
    /** Image embeddings made elsewhere, if they are used. */
    readonly stored?: StoredEmbeddings | undefined;
    readonly modelFolder: string;
    /** The tokeniser's own file or folder, if it is not the model's. */
    readonly tokenizer: string | undefined;
    readonly weights?: string | undefined;
    readonly protocol: Protocol | undefined;
  },
): Promise<BadRow[]> {
  const text = await loadSentences(onDisk(modelFolder), { tokenizer, weights });
  return joinBadRows([
    ...folder === undefined ? [] : await rowsWithoutImage(pairs, {
      read: imageReader(folder),
      decode: decodePart,
    }),
    ...stored === undefined ? [] : (await findEmbeddings(stored, pairs)).bad,
    ...protocol === undefined
      ? await inTurns(longRows(text, pairs))
      : (await inTurns(alignSteps(text, pairs, protocol))).bad,
  ]);
}

async function decodePart(bytes: Uint8Array, { name }: { readonly name: string }): Promise<void> {
  const size = await decodeImage(bytes, { name });
  const box = boxOf(name);
  if (box !== undefined) checkBox(size, { box, image: fileOf(name), where: `row "${name}"` });
}

/** Finds the image of every pair. Returns paths by image name, and the rows whose image is missing or lies outside the folder. */
export async function findImages(
  folder: string,
  pairs: readonly Pair[],
): Promise<{ readonly paths: ReadonlyMap<string, string>; readonly bad: readonly BadRow[] }> {
  const paths = new Map<string, string>();
  const failures = new Map<string, RowProblem>();
  for (const [name, { id }] of firstOfEachImage(pairs)) {
    try {
      paths.set(name, await resolveImage(folder, name, { pair: id }));
      const box = boxOf(name);
      if (box === undefined) continue;
      const bytes = await readImage(folder, name, { pair: id });
      checkBox(await imageSize(bytes, name), { box, image: fileOf(name), where: `row "${id}"` });
    } catch (error) {
      failures.set(name, rowProblem(error));
    }
  }
  return { paths, bad: rowsOfImages(pairs, failures) };
}

/** Reads the embedding of every pair's image. Returns the embeddings, and the rows whose image has none that can be used. */
export async function findEmbeddings(
  stored: StoredEmbeddings,
  pairs: readonly Pair[],
): Promise<{ readonly embeddings: GivenEmbeddings; readonly bad: readonly BadRow[] }> {
  const vectors = new Map<string, Float32Array>();
  const failures = new Map<string, RowProblem>();
  await inTurns(function* (): Steps<void> {
    for (const [name, { id }] of firstOfEachImage(pairs)) {
      yield;
      try {
        vectors.set(name, readEmbedding(stored, name, { pair: id }));
      } catch (error) {
        failures.set(name, rowProblem(error));
      }
    }
  }());
  const { path, files } = stored;
  return { embeddings: { path, files, vectors }, bad: rowsOfImages(pairs, failures) };
}
