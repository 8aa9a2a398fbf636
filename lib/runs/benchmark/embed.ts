/** The embeddings of a benchmark's pictures and sentences, each computed once. */

import { type Picture, pictureKey } from "../../benchmark/choice.ts";
import { type ScoreRule, scoreRule } from "../../edits/edit.ts";
import { firstOfEachImage } from "../../data/pairs.ts";
import { unchangedImage } from "../../data/read.ts";
import { NegscopeError } from "../../errors.ts";
import { decodeImage } from "../../images/decode_image.ts";
import type { ClipModel } from "../../model/clip_model.ts";
import { readEmbedding } from "../../opening/stored_embeddings.ts";
import type { EmbeddingOrigins } from "../../reading/path.ts";
import { innerProduct } from "../../stats/columns.ts";
import { type Embeddings, embedImages, embedTexts } from "../../study/embeddings/embed.ts";
import {
  type EmbeddingOptions,
  embedKeptImages,
  embedKeptSentences,
  pictureSum,
} from "../../study/embeddings/study_embeddings.ts";
import { errorOfImages } from "../../study/rows/unreadable_images.ts";
import type { StudySource } from "../../study/study_source.ts";
import type { KeyedPicture } from "./images.ts";
import type { BenchmarkInputs } from "./inputs.ts";

export interface Embedded {
  /** By what tells the picture from others. */
  readonly pictures: Embeddings;
  readonly sentences: Embeddings;
  /** The rule of an edit of scores, by which sentences are scored. */
  readonly rule: ScoreRule | undefined;
  readonly origins: EmbeddingOrigins;
}

export interface EmbeddingRun extends EmbeddingOptions {
  readonly source: StudySource;
  readonly unnormalised: boolean;
  /** Decides random weights in place of the model's. @default {the model's own} */
  readonly random?: number | undefined;
  readonly onLoad?: ((clip: ClipModel) => Promise<void>) | undefined;
}

/** Embeds all sentences, then all pictures; only one tower is in the memory at a time. */
export async function embedBenchmark(
  inputs: BenchmarkInputs,
  run: EmbeddingRun,
): Promise<Embedded> {
  const { choices, retrieval } = inputs;
  const rule = scoreRule(inputs.study.edit);
  const own = new Set([
    ...choices.flatMap(({ sentences, query }) => [...sentences, query ?? []].flat()),
    ...retrieval.flatMap(({ captions }) => captions),
  ]);
  const text = await embedSentences(rule?.withPrompts(own) ?? own, run);
  const images = await embedPictures(inputs, { ...run, size: text.size });
  const made = [text.embeddings, images.embeddings].filter(({ size }) => size > 0);
  if (run.unnormalised && made.some(areNormalised)) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --unnormalised with model "${inputs.study.modelName}"`,
      reason: "its graph gives embeddings that are normalised already",
      fix: "take the model's weights, or an export of each tower with its projection",
    });
  }
  const origins = {
    ...text.origin && { text: text.origin },
    ...images.origin && { image: images.origin },
  };
  return { pictures: images.embeddings, sentences: text.embeddings, rule, origins };
}

/** How far the squared length of a vector that a graph has normalised in float32 may be from 1. */
const ROUNDING = 1e-5;

function areNormalised(embeddings: Embeddings): boolean {
  return embeddings.values().every((vector) =>
    Math.abs(innerProduct(vector, vector) - 1) < ROUNDING
  );
}

async function embedSentences(sentences: ReadonlySet<string>, run: EmbeddingRun) {
  const { source, unnormalised, random, say } = run;
  await using clip = await source.load("text", { randomWeights: random });
  await run.onLoad?.(clip);
  const size = clip.config.text.projection;
  if (unnormalised || random !== undefined) {
    const options = { unnormalised };
    return { size, embeddings: await embedTexts(clip.text, sentences, options), origin: undefined };
  }
  const tower = () => Promise.resolve(clip.text);
  return { size, ...await embedKeptSentences(sentences, { ...known(source), say, tower, size }) };
}

function known({ openCache, seed }: StudySource) {
  return { openCache, seed };
}

async function embedPictures(
  { choices, retrieval, images, stored, dataPath }: BenchmarkInputs,
  { source, size, kept, progress, say, unnormalised, random }: EmbeddingRun & {
    readonly size: number;
  },
) {
  const shown = [
    ...choices.flatMap(({ id, pictures }) => pictures.map((picture) => ({ id, ...picture }))),
    ...retrieval.map(({ id, image }) => ({ id, image })),
  ].map((picture: Picture & { readonly id: string }): KeyedPicture => (
    { ...picture, image: pictureKey(picture), name: picture.image }
  ));
  const items = [...firstOfEachImage(shown).values()];
  if (images === undefined) { // nor any stored, if no row has a picture
    const embeddings = new Map(items.map(({ image }) => [image, readEmbedding(stored!, image)]));
    return { embeddings, origin: undefined };
  }
  const checksums = source.checksums?.images;
  const read = async ({ name }: KeyedPicture) =>
    unchangedImage(name, await images.read(name), checksums?.get(name));
  let loaded: ClipModel | undefined;
  const embed = async (some: readonly KeyedPicture[], options: EmbeddingOptions = {}) => {
    if (some.length === 0) return new Map<string, Float32Array>();
    loaded ??= await source.load("image", { randomWeights: random });
    return await embedImages(loaded.image, some, { ...options, read, unnormalised });
  };
  try {
    if (unnormalised || random !== undefined) {
      return { embeddings: await embed(items, { kept, progress }), origin: undefined };
    }
    const byKey = firstOfEachImage(items);
    const keyOf = (key: string) => {
      const { name, box } = byKey.get(key)!;
      return pictureSum(checksums?.get(name) as string, box);
    };
    const how = { ...known(source), say, kept, progress, size, keyOf };
    return await embedKeptImages(items, embed, how);
  } catch (error) {
    const checks = { read, decode: decodeImage, pairs: items, source: dataPath };
    throw await errorOfImages(error, checks);
  } finally {
    await loaded?.release();
  }
}
