import { NegscopeError, printsItself } from "../../errors/errors.ts";
import {
  checkRunList,
  type RunBatch,
  runHooked,
  type RunOptions,
  type RunResult,
} from "../../engine/run/hooked_run.ts";
import {
  type GradientOptions,
  type GradientRun,
  runWithGradients,
} from "../../engine/gradients/tower_gradients.ts";
import { Tensor } from "../../hooks/tensor.ts";
import type { Box } from "../../reading/picture.ts";
import type { OnnxValue } from "../../onnx/runtime.ts";
import type { PreprocessConfig } from "./preprocess.ts";
import type { VisionConfig } from "../../architecture/tower_writer.ts";
import type { ModelFamily } from "../families.ts";
import type { Releasable, Tower } from "../../engine/run/tower.ts";
import type { Weights } from "../../engine/weights/weights.ts";

/** How many images run together. */
const IMAGES_PER_BATCH = 8; // 16 would be no faster and need 0.2 GB more for ViT-B/32

/** The image tower with its preprocessing. */
export class ImageTower {
  /** The underlying tower, for experiments that need more than runs of images. */
  readonly tower: Tower;
  /** The family of the model, which determines, for instance, how images are scored. */
  readonly family: ModelFamily;
  #threads: ImageThreads | undefined;

  /** Made by `Clip.load`. */
  constructor(
    tower: Tower,
    private readonly given: {
      readonly family: ModelFamily;
      readonly config: VisionConfig;
      readonly preprocessing: PreprocessConfig;
      readonly files: ImageFiles;
    },
  ) {
    this.tower = tower;
    this.family = given.family;
  }

  /** All hook points in the order of computation. */
  get hooks(): readonly string[] {
    return this.tower.hooks;
  }

  /** The weights by name, e.g. `vision.blocks.0.attn.W_Q`, read on request. */
  get weights(): Weights {
    return this.tower.weights;
  }

  /**
   * Announces that many images will be preprocessed. If it is worthwhile, separate threads do it from now on.
   *
   * @param count The number of images.
   * @throws {NegscopeError} If the program may not start threads.
   * @internal
   */
  expectImages(count: number): void {
    if (this.#threads !== undefined) return;
    const { threads } = this.tower;
    const how = {
      pixels: this.given.config.imageSize ** 2,
      threads,
      config: this.given.preprocessing,
    };
    this.#threads = this.given.files.startThreads?.(count, how);
    if (this.#threads !== undefined) this.tower.own(this.#threads);
  }

  /**
   * Decodes, resizes, crops and normalises an image file as Hugging Face's processor does.
   *
   * @param bytes The file's content.
   * @param name The file's name, for messages.
   * @param box The part of the image that is looked at: left and upper edge, width and height, in pixels. @default {all of it}
   * @returns [channel, row, column].
   * @throws {NegscopeError} If the bytes are not an image.
   */
  async pixels(bytes: Uint8Array, name: string, box?: Box): Promise<Tensor> {
    const file: ImageFile = { bytes, name, ...(box && { box }) };
    const data = this.#threads === undefined
      ? await this.given.files.pixels(file, this.given.preprocessing)
      : await this.#threads.pixels(file);
    const { imageSize, channels } = this.given.config;
    return new Tensor(data, [channels, imageSize, imageSize], ["channel", "row", "column"]);
  }

  /**
   * Embeds images.
   *
   * @param images Preprocessed images, as `pixels` makes them.
   * @param options Changes to activations.
   * @returns One unit-length embedding per image, [batch, projection].
   * @throws {NegscopeError} If an intervention selects something that does not exist, or does not fit its hook point.
   */
  async run(images: readonly Tensor[], options: RunOptions = {}): Promise<Tensor> {
    return (await this.runWithCache(images, [], options)).embeddings;
  }

  /**
   * Embeds images and keeps activations.
   *
   * @param images Preprocessed images, as `pixels` makes them.
   * @param hooks The hook points to keep; `*` stands for any part of a name.
   * @param options Changes to activations; the cache holds the changed values.
   * @returns The embeddings and the cache.
   * @throws {NegscopeError} If a hook point does not exist, or an intervention selects something that does not exist.
   * @throws {NegscopeError} If the shape of an image is not the model's, or an intervention does not fit its hook point.
   */
  async runWithCache(
    images: readonly Tensor[],
    hooks: readonly string[],
    options: RunOptions = {},
  ): Promise<RunResult> {
    return await runHooked(this.tower, { ...options, ...this.#rows(images), keep: hooks });
  }

  /**
   * Computes the gradients of each image's cosine with a target, such as a sentence's embedding, as the text tower does.
   *
   * @throws {NegscopeError} If the shape of an image is not the model's, or there is not one target for each.
   * @throws {NegscopeError} If a hook point does not exist, or the graph has an operator whose gradient is unknown.
   */
  async runWithGradients(
    images: readonly Tensor[],
    hooks: readonly string[],
    options: GradientOptions,
  ): Promise<GradientRun> {
    return await runWithGradients(this.tower, hooks, { ...options, ...this.#rows(images) });
  }

  #rows(images: readonly Tensor[]) {
    checkRunList(images, (value) => value instanceof Tensor, "images as pixels() makes them");
    const rowNames = images.map((_, row) => `image ${row}`);
    return { batches: this.#batches(images), rowNames, tokens: undefined };
  }

  /** The hook points with axes and sizes, those of all blocks in one line. */
  toString(): string {
    return this.tower.toString();
  }

  /**
   * The tower's input for some images.
   *
   * @param images Preprocessed images, as `pixels` makes them.
   * @returns [rows, channels, rows, columns].
   * @throws {NegscopeError} If the shape of an image is not the model's.
   */
  input(images: readonly Tensor[]): OnnxValue {
    const { imageSize, channels } = this.given.config;
    const shape = [channels, imageSize, imageSize];
    const wrong = images.find((image) => image.shape.join() !== shape.join());
    if (wrong !== undefined) {
      throw new NegscopeError("sizes-differ", {
        problem: `Cannot embed pixels of shape [${wrong.shape.join(", ")}]`,
        subject: wrong.shape.join(", "),
        expected: `[${shape.join(", ")}] as made by pixels()`,
      });
    }
    return { type: "float32", dims: [images.length, ...shape], data: join(images) };
  }

  /** The number of patch positions, class token included. */
  get positions(): number {
    const { imageSize, patchSize } = this.given.config;
    return Math.floor(imageSize / patchSize) ** 2 + this.family.positions.classTokens;
  }

  #batches(images: readonly Tensor[]): RunBatch[] {
    const { positions } = this;
    const count = Math.ceil(images.length / IMAGES_PER_BATCH);
    return Array.from({ length: count }, (_, batch) => {
      const first = batch * IMAGES_PER_BATCH;
      const some = images.slice(first, first + IMAGES_PER_BATCH);
      return { rows: some.map((_, i) => first + i), positions, input: () => this.input(some) };
    });
  }
}

printsItself(ImageTower.prototype);

function join(images: readonly Tensor[]): Float32Array {
  const size = images[0]!.data.length;
  const data = new Float32Array(images.length * size);
  images.forEach((image, i) => data.set(image.data, i * size));
  return data;
}

/** An image file. */
export interface ImageFile {
  /** Its content. */
  readonly bytes: Uint8Array;
  /** Its name, for messages. */
  readonly name: string;
  /** The part of it that is looked at, see {@linkcode cropBox}. @default {all of it} */
  readonly box?: Box | undefined;
}

/** Threads that preprocess image files. */
export interface ImageThreads extends Releasable {
  /**
   * Decodes, resizes, crops and normalises an image, see {@linkcode ImageFiles.pixels}.
   *
   * @param file The image.
   */
  pixels(file: ImageFile): Promise<Float32Array<ArrayBuffer>>;
}

/** A way to make the input of an image tower of image files. */
export interface ImageFiles {
  /**
   * Decodes, resizes, crops and normalises an image; of its decoded pixels, {@linkcode imagePixels} makes the rest.
   *
   * @param file The image.
   * @param config The model's preprocessing.
   * @returns [channels, height, width].
   * @throws {NegscopeError} If it is not an image.
   */
  pixels(file: ImageFile, config: PreprocessConfig): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Starts threads for many images, if that is worthwhile; absent where there are none.
   *
   * @param count The number of images.
   * @param how Pixels of an image in the tower's input, the tower's threads, and the model's preprocessing.
   * @throws {NegscopeError} If the program may not start threads.
   */
  readonly startThreads?: (
    count: number,
    how: { readonly pixels: number; readonly threads: number; readonly config: PreprocessConfig },
  ) => ImageThreads | undefined;
}
