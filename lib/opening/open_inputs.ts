/** The inputs of a study: the model's files, the rows and their images or embeddings, found and checked before a model is loaded. */

import {
  type BadRow,
  joinBadRows,
  negationWarnings,
  type RowProblem,
  rowProblem,
  rowsUnusable,
  warningText,
} from "../data/bad_rows.ts";
import type { ReadRows } from "../data/formats/format.ts";
import { checkPairs } from "../data/formats/lists.ts";
import { firstOfEachImage, type Pair, type Protocol } from "../data/pairs.ts";
import {
  type DataFile,
  readRows,
  readSubjectSizes,
  usable,
  withSubjectSizes,
} from "../data/read.ts";
import { countNegations, findNegation, NEGATING_WORDS } from "../data/words.ts";
import { findModel, madeForText, nameOf, openEdit, type OwnData, SHAPES } from "./find_model.ts";
import { isSamePath, onDisk } from "../files/read_file.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { nearestName, NegscopeError, wrongValue } from "../errors/errors.ts";
import {
  type GivenEmbeddings,
  type InputNeeds,
  MADE_ROWS,
  type StudyInputs,
} from "../study/choice/inputs.ts";
import { sha256Text } from "../reading/sha256.ts";
import {
  checkedChoice,
  EMBEDDED_BLOCKS,
  EMBEDDED_PAIRS,
  EMBEDDED_SENTENCES,
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../study/choice/study_options.ts";
import { basename, dirname } from "../reading/path.ts";
import { checkBox, decodeImage, imageSize } from "./images/decode_image.ts";
import { imageReader, pairOf, readImage, resolveImage } from "./images/image_folder.ts";
import { boxOf, fileOf } from "../reading/picture.ts";
import { loadSentences } from "../model/text/text_tower.ts";
import { inTurns, type Steps } from "../stats/steps.ts";
import { chosenEmbeddings, readEmbedding, type StoredEmbeddings } from "./stored_embeddings.ts";
import { alignSteps } from "../study/rows/prepare.ts";
import {
  longRows,
  rowsOfImages,
  rowsOfShard,
  rowsWithoutImage,
  sampleRows,
} from "../study/rows/left_out.ts";

interface GivenData {
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
async function readGiven(
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

/** Finds the rows that cannot be used, by reading every image, every image embedding made elsewhere, and tokenising every sentence. */
async function unusableRows(
  pairs: readonly Pair[],
  { folder, stored, modelFolder, choice, protocol }: {
    readonly folder: string | undefined; // folder of the images; absent if none are read
    readonly stored: StoredEmbeddings | undefined;
    readonly modelFolder: string;
    readonly choice: Pick<StudyChoice, "tokenizer" | "weights">;
    readonly protocol: Protocol | undefined; // absent if the sentences need not be aligned
  },
): Promise<BadRow[]> {
  const text = await loadSentences(onDisk(modelFolder), choice);
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
      paths.set(name, await resolveImage(folder, name, pairOf(id, name)));
      const box = boxOf(name);
      if (box === undefined) continue;
      const bytes = await readImage(folder, name, pairOf(id, name));
      checkBox(await imageSize(bytes, name), { box, image: fileOf(name), where: `row "${id}"` });
    } catch (error) {
      failures.set(name, rowProblem(error));
    }
  }
  return { paths, bad: rowsOfImages(pairs, failures) };
}

/** Reads the embedding of every pair's image. Returns the embeddings, and the rows whose image has none that can be used. */
async function findEmbeddings(
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

const KIT_DATA = [EMBEDDED_SENTENCES, EMBEDDED_PAIRS, EMBEDDED_BLOCKS];

type Rules =
  & Required<Pick<InputNeeds, "imagesAre">>
  & { readonly called: NonNullable<OpeningOptions["called"]> };

/** Checks a choice of data without images: no experiment that needs images, and no images where they would be read. */
export function refuseImages(
  { images, imageEmbeddings }: StudyChoice,
  { source, imagesAre, called }: Rules & { readonly source: string },
): void {
  if (imagesAre === "needed") {
    throw new NegscopeError("usage-data-text-only", {
      problem: `Cannot run on "${source}"`,
      reason: "its rows are sentences without images",
      fix: "give data with images, or run what needs none: attend, or circuit with --circuit",
    });
  }
  const given = { images, imageEmbeddings };
  for (const option of ["images", "imageEmbeddings"] as const) {
    if (imagesAre === "ignored" || given[option] === undefined) continue;
    throw new NegscopeError("usage-data-text-only", {
      problem: `Cannot use ${called(option)} with "${source}"`,
      reason: "the rows of the data are sentences without images",
      fix: "leave it out",
    });
  }
}

/** Checks that data and images are given together, or image embeddings; without data, images take their place beside a model's own. */
export function checkImages(
  { images, imageEmbeddings }: StudyChoice,
  { source, imagesAre, called, embedded }: Rules & {
    readonly source: string | undefined;
    readonly embedded: boolean;
  },
): void {
  const lacks = source === undefined
    ? images !== undefined && !embedded && imagesAre !== "ignored" ? "data" : undefined
    : images === undefined && imageEmbeddings === undefined && imagesAre === "needed"
    ? "images"
    : undefined;
  if (lacks === undefined) return;
  const [option, value] = lacks === "data"
    ? ["images", images] as const
    : ["data", source] as const;
  const near = lacks === "images" ? nearestName(source!, KIT_DATA) : undefined;
  throw new NegscopeError("usage-input-missing", {
    problem: `Cannot run with ${called(option)} "${value}" alone`,
    expected: `${called(lacks)} ${STUDY_OPTIONS[lacks].placeholder} beside it`,
    ...near !== undefined && { fix: `of the kit's own data the nearest is "${near}"` },
  });
}

/** Reads the rows of a choice, if it has all that goes with them: a missing option comes before what is wrong with a file. */
export async function readChosen(
  choice: StudyChoice,
  { source, name, images, pairs }: GivenData,
  { protocol, aligned, ...rules }: Rules & Parameters<typeof readGiven>[1] & {
    readonly embedded: boolean;
  },
): ReturnType<typeof readGiven> {
  const checkGiven = () =>
    checkImages({ ...choice, images: choice.images ?? images }, { source, ...rules });
  const read = await readGiven(pairs ?? name, { protocol, aligned }).catch((error: unknown) => {
    checkGiven();
    throw error;
  });
  if (read.textOnly) refuseImages(choice, { source: name, ...rules });
  checkGiven();
  return read;
}

/** How a study's files are opened. */
export interface OpeningOptions {
  /** Decides which rows `limit` draws. @default {0} */
  readonly seed?: number;
  /** Called with each message for the user. @default {none} */
  readonly say?: ((line: string) => void) | undefined;
  /** Called with each warning: a model of this repository on other data, and rows that may not be what they say. @default {none} */
  readonly warn?: ((line: string) => void) | undefined;
  /** The name of an option in messages. @default {its name} */
  readonly called?: ((option: StudyOption) => string) | undefined;
}

/** Finds the model, reads the rows, and checks that each has its image or embedding. Without data, a model has its own or the embedded. */
export async function openInputs(
  given: StudyChoice,
  needs: InputNeeds = {},
  { seed = 0, say, warn, called = (option) => option }: OpeningOptions = {},
): Promise<StudyInputs> {
  const { imagesAre = "needed", aligned = true } = needs;
  const choice = checkedChoice(given);
  const model = await findModel(choice, called);
  const { protocol = "rephrased" } = choice;
  const edit = await openEdit(choice);
  const { own } = model;
  const chosen = givenData(choice, own?.data);
  const { source, name: dataName } = chosen;
  const read = await readChosen(choice, chosen, {
    ...{ protocol, aligned, imagesAre, called, embedded: own !== undefined },
  });
  const stored = imagesAre === "ignored"
    ? undefined
    : await chosenEmbeddings(choice, model.folder, called);
  const folder = imagesAre === "ignored"
    ? undefined
    : choice.images ?? chosen.images ?? (source === undefined ? (own ?? SHAPES).images : undefined);
  if (folder !== undefined) await fetchKitFiles(folder);
  if (source === undefined && own === undefined && imagesAre !== "ignored") {
    say?.(
      `Data: the embedded drawings of shapes (${called("data")} and ${
        called("images")
      } name others)`,
    );
  }
  const settling = { source: dataName, skipBad: choice.skipBad ?? false };
  const isChecked = settling.skipBad || read.bad.length > 0 || read.textOnly ||
    choice.pair !== undefined; // else only the drawn rows are, later
  const further = !isChecked ? [] : await unusableRows(read.pairs, {
    ...{ folder, stored, modelFolder: model.folder, choice },
    protocol: aligned ? protocol : undefined,
  });
  const usableRows = usable(read, { ...settling, further, isByRule: read.textOnly });
  const sizes = choice.subjectSizes && await readSubjectSizes(onDisk(choice.subjectSizes));
  const data = sizes ? { ...usableRows, pairs: withSubjectSizes(usableRows, sizes) } : usableRows;
  const drawn = sampleRows(data.pairs, choice.limit, seed);
  const pairs = rowsOfShard(drawn, choice.shard);
  if (pairs.length === 0) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot run on "${dataName}"`,
      reason: `${called("shard")} leaves none of ${drawn.length} rows`,
      fix: "take a smaller N",
    });
  }
  if (own !== undefined && await isForeign(choice, chosen, own)) {
    warn?.(madeForText(own, called));
  }
  for (const warning of negationWarnings(pairs)) warn?.(warningText(warning));
  return {
    choice,
    modelFolder: model.folder,
    modelName: nameOf(model.folder, choice),
    edit,
    protocol,
    data,
    ...sizes && { subjectSizes: { file: SIZES_SOURCE, sha256: sizes.sha256 } },
    pairs,
    drawn,
    aligned,
    ...(chosen.pairs === undefined ? { dataPath: dataName } : {}),
    ...await imagesOf(drawn, { stored, folder, source: dataName }),
  };
}

/** The images of all shards, since the merged run has one checksum, or the embeddings that stand in for them. */
async function imagesOf(
  drawn: readonly Pair[],
  { stored, folder, source }: {
    readonly stored: StoredEmbeddings | undefined;
    readonly folder: string | undefined;
    readonly source: string;
  },
): Promise<Pick<StudyInputs, "embeddings" | "images">> {
  const rows = { source, rows: drawn.length };
  const found = stored && await findEmbeddings(stored, drawn);
  if (found && found.bad.length > 0) {
    throw rowsUnusable(found.bad, { ...rows, embeddings: stored.path });
  }
  const made = found && { embeddings: found.embeddings };
  if (folder === undefined) return { ...made };
  const { paths, bad } = await findImages(folder, drawn);
  if (bad.length > 0) throw rowsUnusable(bad, { ...rows, images: folder });
  return { ...made, images: { paths, read: imageReader(folder) } };
}

/** Whether a model of this repository runs on what does not come with it: on other pictures or, without pictures, on other sentences. */
async function isForeign(
  choice: StudyChoice,
  { source, name, ...chosen }: GivenData,
  own: OwnData,
): Promise<boolean> {
  const images = choice.images ?? chosen.images;
  if (source === undefined || choice.pair !== undefined && images === undefined) return false;
  const [ownPath, further] = images === undefined
    ? [own.data, [SHAPES.sentences, SHAPES.pairs, SHAPES.blocks]]
    : [own.images, [SHAPES.blockImages]];
  const known = [ownPath, ...own === SHAPES ? further : []];
  const found = await Promise.all(known.map((path) => isSamePath(path, images ?? name)));
  return !found.includes(true);
}
