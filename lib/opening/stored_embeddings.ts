/** Image embeddings that were made elsewhere: a file with an array for each image, found by the image's name. */

import { openCheckpoint, openNpy } from "../checkpoint/checkpoint.ts";
import {
  entriesOf,
  isPacked,
  packedStrides,
  readNumbers,
  type StoredArray,
} from "../checkpoint/stored_array.ts";
import { isUnit, unit } from "../engine/run/hooked_run.ts";
import { NegscopeError, readingFailure, shown } from "../errors/negscope_error.ts";
import { fileStamp, MOST_BYTES, onDisk, readText } from "../files/read_file.ts";
import type { EmbeddingsFile, EmbeddingsSource } from "../study/choice/inputs.ts";
import { loadClipConfig } from "../model/forms/settings.ts";
import type { StudyChoice, StudyOption } from "../study/choice/study_options.ts";

/** Where image embeddings are, and how many numbers each must have. */
interface EmbeddingsForm {
  readonly path: string;
  readonly size: number; // numbers in an embedding of the model
}

function isMatrix(path: string): boolean {
  return path.toLowerCase().endsWith(".npy");
}

/** Reads a file of image embeddings with the code that reads weights, whose errors then say what such a file must be. */
function readingEmbeddings<Value>({ path, size }: EmbeddingsForm, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    const isOfFile = cause instanceof NegscopeError && /^weights-|^file-unr/.test(cause.code);
    if (!isOfFile) throw cause;
    const { reason, fix = "" } = cause;
    throw new NegscopeError("image-embeddings-wrong", {
      problem: `Cannot read the image embeddings of "${path}"`,
      reason,
      expected: isMatrix(path)
        ? `a .npy file of float32 numbers [images, ${size}], one row for each image`
        : `a file of safetensors or torch.save with an array [${size}] for each image, named as the data name the image, or a matrix with a row for each image under a name that ends in .npy`,
      fix: /git lfs|line of Python/.test(fix)
        ? fix
        : "check the path, or write the file again as float32 with the embeddings alone",
      cause,
    });
  }
}

function shapeWrong(
  path: string,
  how: Readonly<{ reason: string; expected: string; fix: string }>,
): NegscopeError {
  return new NegscopeError("image-embeddings-wrong", {
    problem: `Cannot use the image embeddings of "${path}"`,
    ...how,
  });
}

function shapeText({ shape }: StoredArray): string {
  return `[${shape.join(", ")}]`;
}

/** Image embeddings that were made elsewhere, before they are read. */
export interface StoredEmbeddings extends EmbeddingsSource {
  /** The array of each image by its name in the data, [projection] with or without axes of length 1 before it. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
}

/** What the file is called among the sources of a run, wherever it is. */
const IMAGE_EMBEDDINGS = "image embeddings";

/** What the file with the names of a matrix's rows is called there. */
const IMAGE_NAMES = "image names";

const EMBED_AGAIN =
  "embed the images with the image tower that belongs to the model's text tower, after its projection";

/**
 * Opens a file of image embeddings without reading their numbers: a .npy matrix [images, projection] with a text file of the images' names
 * beside it, or a safetensors or PyTorch file with an array [projection] for each image, named after it. Both may have further axes of
 * length 1, such as [1, projection].
 */
export async function openEmbeddings(path: string, size: number): Promise<StoredEmbeddings> {
  const form = { path, size };
  return isMatrix(path) ? await openMatrix(form) : openArrays(form);
}

async function openMatrix(form: EmbeddingsForm): Promise<StoredEmbeddings> {
  const { path, size } = form;
  const namesFile = namesFileOf(path);
  const files = new Map([
    [IMAGE_EMBEDDINGS, await stamped(path)],
    [IMAGE_NAMES, await stamped(namesFile)],
  ]);
  const array = readingEmbeddings(form, () => openNpy(onDisk(path)));
  const rows = rowsIn(array, size);
  if (rows === undefined) {
    throw shapeWrong(path, {
      reason: `its shape is ${shapeText(array)}`,
      expected: `[images, ${size}], since the model's embeddings have ${size} numbers`,
      fix: EMBED_AGAIN,
    });
  }
  if (!isPacked(array)) { // reading a row would read nearly all of it
    throw shapeWrong(path, {
      reason: "it is stored column by column, in Fortran order",
      expected: "rows that lie one after another",
      fix: "save what numpy.ascontiguousarray() makes of it",
    });
  }
  const names = await readImageNames(path, rows);
  const matrix = { ...array, shape: [rows, size], strides: packedStrides([rows, size]) };
  const arrays = names.map((name, row) => [name, entriesOf(matrix, row, 1)] as const);
  return { path, files, arrays: new Map(arrays) };
}

/** The number of embeddings in an array; undefined unless they lie along its last axis, and all other axes but one have length 1. */
function rowsIn({ shape }: StoredArray, size: number): number | undefined {
  if (shape.at(-1) !== size) return undefined;
  const others = shape.slice(0, -1).filter((length) => length !== 1);
  return others.length > 1 ? undefined : others[0] ?? 1;
}

function openArrays(form: EmbeddingsForm): StoredEmbeddings {
  const { path, size } = form;
  const { stamps, arrays } = readingEmbeddings(form, () => openCheckpoint(onDisk(path)));
  for (const [name, array] of arrays) {
    const rows = rowsIn(array, size);
    if (rows === 1) continue;
    throw shapeWrong(path, {
      reason: `the shape of ${shown(name)} is ${shapeText(array)}`,
      expected: `an array [${size}] for each image, named as the data name the image`,
      fix: rows === undefined
        ? EMBED_AGAIN
        : "save each image's row as an array of its own, or the matrix with numpy.save() and the images' names beside it",
    });
  }
  const files = new Map<string, EmbeddingsFile>();
  for (const [file, stamp] of stamps) { // the one that the user names, and its shards
    const called = file === path ? IMAGE_EMBEDDINGS : `${IMAGE_EMBEDDINGS} ${files.size}`;
    files.set(called, { path: file, stamp });
  }
  return { path, files, arrays };
}

/** Reads the embedding of an image as a unit vector, float32; one that has length 1, as far as float32 can tell, keeps its bits. */
export function readEmbedding(
  { path, arrays }: StoredEmbeddings,
  name: string,
  { pair }: { readonly pair?: string } = {},
): Float32Array {
  const array = arrays.get(name);
  const image = pair === undefined ? `"${name}"` : `"${name}" of pair "${pair}"`;
  if (array === undefined) {
    const [some] = arrays.keys();
    throw new NegscopeError("image-embedding-missing", {
      problem: `Cannot find the embedding of image ${image} in "${path}"`,
      subject: name,
      reason: some === undefined
        ? "the file has no embeddings"
        : `it is not among the file's names (${arrays.size}), which begin with "${some}"`,
      gist: "its image has no embedding",
      fix: "name the embeddings as the data name the images",
    });
  }
  const form = { path, size: array.shape.at(-1)! };
  const vector = readingEmbeddings(form, () => readNumbers(array)); // a third of the time, which counts for many images
  const wrong = vector.findIndex((x) => !Number.isFinite(x));
  if (wrong >= 0 || vector.every((x) => x === 0)) {
    throw new NegscopeError("image-embeddings-wrong", {
      problem: `Cannot use the embedding of image ${image} in "${path}"`,
      subject: name,
      reason: wrong < 0
        ? "it holds nothing but zeros"
        : `value ${wrong} is ${
          Number.isNaN(vector[wrong]) ? "NaN" : "infinite"
        } in single precision`,
      gist: "the embedding of its image cannot be used",
      fix: "embed the image again",
    });
  }
  return isUnit(vector) ? vector : unit(vector);
}

async function stamped(path: string): Promise<EmbeddingsFile> {
  return { path, stamp: await fileStamp(path).catch(() => "none") }; // opening it says better why it cannot be read
}

/** Opens the image embeddings that a choice names, if it does; they must have the size of the model's. */
export async function chosenEmbeddings(
  { imageEmbeddings: path, onnxVision }: StudyChoice,
  modelFolder: string,
  called: (option: StudyOption) => string,
): Promise<StoredEmbeddings | undefined> {
  if (path === undefined) return undefined;
  if (onnxVision !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use ${called("onnxVision")} "${onnxVision}"`,
      subject: onnxVision,
      expected: `no image tower beside ${called("imageEmbeddings")}`,
    });
  }
  return await openEmbeddings(path, (await loadClipConfig(onDisk(modelFolder))).projection);
}

/** The file that names the rows of a matrix: `images.txt` for `images.npy`. */
function namesFileOf(matrix: string): string {
  return matrix.replace(/\.npy$/i, ".txt");
}

export async function readImageNames(matrix: string, rows: number): Promise<readonly string[]> {
  const path = namesFileOf(matrix);
  const text = await readText(path, MOST_BYTES.rows).catch((cause: unknown) => {
    throw new NegscopeError("image-embeddings-wrong", {
      problem: `Cannot tell which images the rows of "${matrix}" are of: cannot read "${path}"`,
      subject: path,
      reason: readingFailure(cause),
      expected: "a text file with the name of an image on each line, in the order of the rows",
      cause,
    });
  });
  const names = text.split(/\r?\n/);
  if (names.at(-1) === "") names.pop(); // after the last line feed
  const first = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    if (name.trim() === "") throw namesWrong(path, `line ${i + 1} is empty`);
    const twin = first.get(name);
    if (twin !== undefined) {
      throw namesWrong(path, `lines ${twin + 1} and ${i + 1} are both "${name}"`);
    }
    first.set(name, i);
  }
  if (names.length === rows) return names;
  throw namesWrong(path, `it has ${names.length} names, and "${matrix}" has ${rows} rows`);
}

function namesWrong(path: string, reason: string): NegscopeError {
  return new NegscopeError("image-embeddings-wrong", {
    problem: `Cannot use the names of images in "${path}"`,
    reason,
    expected: "the name of another image on each line, one for each row of the matrix",
  });
}
