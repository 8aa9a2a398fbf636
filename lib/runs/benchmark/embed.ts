/** The images of a benchmark, found in a folder by the tail of the path that the file gives, and the embeddings of its pictures and sentences, each computed once. */

import { type Picture, pictureKey, type Shown } from "../../benchmark/choice.ts";
import { scoreRule } from "../../edits/edit.ts";
import { firstOfEachImage } from "../../data/pairs.ts";
import { unchangedImage } from "../../data/read.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { checkBox, decodeImage, imageSize } from "../../opening/images/decode_image.ts";
import type { ClipModel } from "../../model/clip_model.ts";
import { readEmbedding } from "../../opening/stored_embeddings.ts";
import type { EmbeddingOrigins } from "../../reading/path.ts";
import { sha256Text } from "../../reading/sha256.ts";
import { innerProduct } from "../../stats/columns.ts";
import {
  type EmbeddingOptions,
  type Embeddings,
  embedImages,
  embedKept,
  embedTexts,
  pictureSum,
} from "../../study/embeddings.ts";
import { errorOfImages } from "../../study/rows/left_out.ts";
import type { StudySource } from "../../study/study_source.ts";
import type { BenchmarkInputs } from "./inputs.ts";
import { type BadRow, type RowProblem, rowProblem } from "../../data/bad_rows.ts";
import { readImage, resolveImage } from "../../opening/images/image_folder.ts";

export type Embedded = Awaited<ReturnType<typeof embedBenchmark>>;

interface EmbeddingRun extends EmbeddingOptions {
  readonly source: StudySource;
  readonly unnormalised: boolean;
  readonly random?: number | undefined;
  readonly onLoad?: ((clip: ClipModel) => Promise<void>) | undefined;
}

type CachedRun = EmbeddingRun & Pick<StudySource, "openCache">;

/** Embeds all sentences, then all pictures; only one tower is in the memory at a time. */
export async function embedBenchmark(
  inputs: BenchmarkInputs,
  run: EmbeddingRun,
) {
  const rule = scoreRule(inputs.study.edit);
  const own = new Set(
    [...inputs.choices, ...inputs.retrieval].flatMap(({ sentences, query }) => [
      ...sentences,
      ...query === undefined ? [] : [query],
    ]),
  );
  const isOther = run.unnormalised || run.random !== undefined; // what no other run takes from the cache
  const how = { ...run, openCache: isOther ? undefined : run.source.openCache };
  const text = await embedSentences(rule?.withPrompts(own) ?? own, how);
  const images = await embedPictures(inputs, { ...how, size: text.size });
  const areUnit = (embeddings: Embeddings) =>
    embeddings.size > 0 &&
    embeddings.values().every((made) => Math.abs(innerProduct(made, made) - 1) < ROUNDING);
  if (run.unnormalised && [text.embeddings, images.embeddings].some(areUnit)) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --unnormalised with model "${inputs.study.modelName}"`,
      reason: "its graph gives embeddings that are normalised already",
      fix: "take the model's weights, or an export of each tower with its projection",
    });
  }
  const origins: EmbeddingOrigins = isOther
    ? {}
    : { text: text.origin!, ...images.origin && { image: images.origin } };
  return { pictures: images.embeddings, sentences: text.embeddings, rule, origins };
}

/** How far the squared length of a vector that a graph has normalised in float32 may be from 1. */
const ROUNDING = 1e-5;

async function embedSentences(
  sentences: ReadonlySet<string>,
  { source, openCache, unnormalised, random, onLoad, say }: CachedRun,
) {
  await using clip = await source.load("text", { randomWeights: random });
  await onLoad?.(clip);
  const size = clip.config.text.projection;
  const embed = (some: ReadonlySet<string>) => embedTexts(clip.text, some, { unnormalised });
  const how = { openCache, say, size, keyOf: sha256Text };
  return { size, ...await embedKept("text", sentences, embed, how) };
}

async function embedPictures(
  { choices, retrieval, images, stored, dataPath }: BenchmarkInputs,
  { source, openCache, size, kept, progress, say, unnormalised, random }: CachedRun & {
    readonly size: number;
  },
) {
  const shown = [...choices, ...retrieval].flatMap(({ id, pictures }) =>
    pictures.map((picture): KeyedPicture => (
      { ...picture, id, image: pictureKey(picture), name: picture.image }
    ))
  );
  const items = [...firstOfEachImage(shown).values()];
  if (images === undefined) { // nor any stored, if no row has a picture
    const embeddings = new Map(items.map(({ image }) => [image, readEmbedding(stored!, image)]));
    return { embeddings, origin: undefined };
  }
  const checksums = source.checksums?.images;
  const read = async ({ name }: KeyedPicture) =>
    unchangedImage(name, await images.read(name), checksums?.get(name));
  let loaded: ClipModel | undefined;
  const embed = async (unknown: ReadonlySet<string>) => {
    const some = items.filter(({ image }) => unknown.has(image));
    if (some.length === 0) return new Map<string, Float32Array>();
    loaded ??= await source.load("image", { randomWeights: random });
    return await embedImages(loaded.image, some, { kept, progress, read, unnormalised });
  };
  try {
    const byKey = firstOfEachImage(items);
    const keyOf = (key: string) => {
      const { name, box } = byKey.get(key)!;
      return pictureSum(checksums?.get(name) as string, box);
    };
    const how = { openCache, say, kept, size, keyOf };
    return await embedKept("image", new Set(byKey.keys()), embed, how);
  } catch (error) {
    const checks = { read, decode: decodeImage, pairs: items, source: dataPath };
    throw await errorOfImages(error, checks);
  } finally {
    await loaded?.release();
  }
}

const ENDINGS = [".jpg", ".png", ".jpeg", ".webp"];

const COCO_DIGITS = 12;

/** A picture with its key in place of the image's name in the data. */
type KeyedPicture = Picture & { readonly id: string; readonly name: string };

export class BenchmarkImages {
  readonly #folder: string;
  readonly #names = new Map<string, string>();
  #paths = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  get paths(): ReadonlyMap<string, string> {
    return this.#paths;
  }

  async read(image: string): Promise<Uint8Array> {
    return await readImage(this.#folder, this.#names.get(image)!);
  }

  /** Finds the images of all rows; returns the rows with one that is missing, or with a box that lies outside. */
  async find(rows: readonly Pick<Shown, "id" | "where" | "pictures">[]): Promise<BadRow[]> {
    const known = new Map<string, Promise<RowProblem | undefined>>();
    const check = (key: string, act: () => Promise<void>) =>
      known.getOrInsertComputed(key, () => act().then(() => undefined, rowProblem));
    const bad: BadRow[] = [];
    for (const { id, where, pictures } of rows) {
      const problems = new Set<RowProblem>();
      for (const picture of pictures) {
        const { image, box } = picture;
        const problem = await check(image, () => this.#resolve(image, where)) ??
          (box && await check(pictureKey(picture), () => this.#checkBox(picture, where)));
        if (problem !== undefined) problems.add(problem);
      }
      if (problems.size > 0) bad.push({ id, where, problems: [...problems] });
    }
    this.#checkDistinct();
    return bad;
  }

  keep(rows: readonly Pick<Shown, "pictures">[]): void {
    const shown = new Set(rows.flatMap(({ pictures }) => pictures.map(({ image }) => image)));
    this.#paths = new Map([...this.#paths].filter(([image]) => shown.has(image)));
  }

  /** Refuses a folder that lacks the folders which tell images apart: which of the names its file has is not known. */
  #checkDistinct(): void {
    const found = new Map<string, string>();
    for (const [image, path] of this.#paths) {
      const other = found.get(path);
      if (other === undefined || isEndOf(other, image)) {
        found.set(path, image);
        continue;
      }
      if (isEndOf(image, other)) continue;
      throw new NegscopeError("image-missing", {
        problem: `Cannot tell images "${other}" and "${image}" apart in folder "${this.#folder}"`,
        subject: image,
        reason: `both lead to its file "${this.#names.get(image)!}"`,
        fix: "give a folder that has a file for each",
      });
    }
  }

  async #resolve(image: string, where: string): Promise<void> {
    let missing: unknown;
    for (const name of namesOf(image)) {
      try {
        this.#paths.set(image, await resolveImage(this.#folder, name, where));
        this.#names.set(image, name);
        return;
      } catch (error) {
        const isMissing = error instanceof NegscopeError && error.code === "image-missing";
        if (!isMissing) throw error;
        missing ??= error;
      }
    }
    throw missing;
  }

  async #checkBox({ image, box }: Picture, where: string): Promise<void> {
    checkBox(await imageSize(await this.read(image), image), { box: box!, image, where });
  }
}

/** The names that a path may have in the folder: the path, then without its first folders; an image's number also as COCO writes it. */
function namesOf(path: string): string[] {
  const parts = path.split(/[/\\]/).filter((part) => part !== "");
  const inside = parts.slice(parts.lastIndexOf("..") + 1);
  const last = inside.pop() ?? path;
  const ofCoco = /^\d+$/.test(last) ? [`${last.padStart(COCO_DIGITS, "0")}.jpg`] : [];
  const files = /\.\w+$/.test(last)
    ? [last]
    : [last, ...ENDINGS.map((ending) => last + ending), ...ofCoco];
  return inside.concat("").flatMap((_, i) => {
    const folders = inside.slice(i).map((folder) => `${folder}/`).join("");
    return files.map((file) => folders + file);
  });
}

/** Whether a path may be another one without its first folders, so that both may mean one image. */
function isEndOf(end: string, path: string): boolean {
  return namesOf(path).includes(namesOf(end)[0]!);
}
