/** The sizes of a model that its arrays themselves tell. */

import { NegscopeError } from "../../errors.ts";
import { blocksIn } from "./blocks.ts";
import type { NamedArrays, TowerName } from "./named_arrays.ts";
import { requireArray } from "./require_array.ts";

/** Sizes of either tower. */
export interface StoredTowerSizes {
  /** Number of blocks. */
  readonly layers: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Size of the MLP's hidden layer. */
  readonly mlpWidth: number;
  /** Size of an embedding; undefined if the tower has no projection. */
  readonly projection: number | undefined;
}

/** Sizes of a text tower. */
export interface StoredTextSizes extends StoredTowerSizes {
  /** Number of token embeddings. */
  readonly vocabSize: number;
  /** Largest number of tokens of a sentence, start and end included. */
  readonly maxPositions: number;
}

/** Sizes of an image tower. */
export interface StoredImageSizes extends StoredTowerSizes {
  /** Height and width of a patch, pixels. */
  readonly patchSize: number;
  /** Height and width of an image, pixels. */
  readonly imageSize: number;
}

/** Sizes of the towers in a checkpoint. */
export interface StoredSizes {
  /** The text tower; undefined if it is not there. */
  readonly text: StoredTextSizes | undefined;
  /** The image tower; undefined if it is not there. */
  readonly image: StoredImageSizes | undefined;
}

/**
 * The sizes that the shapes of a checkpoint's arrays tell.
 *
 * Shapes do not tell the number of attention heads, since all heads share one matrix. OpenAI's own loader takes heads of size 64, so
 * width / 64 of them, which holds for its models and not for every other, such as those of open_clip's `head_width`. Nor do they
 * tell the activation of the MLP.
 *
 * @param named The arrays of a checkpoint.
 * @throws {NegscopeError} If an array that tells a size is missing, or a block before the last.
 * @throws {NegscopeError} If such an array has an impossible shape.
 */
export function sizesOf(named: NamedArrays): StoredSizes {
  const { towers } = named;
  return {
    text: towers.includes("text") ? textSizes(named) : undefined,
    image: towers.includes("image") ? imageSizes(named) : undefined,
  };
}

function textSizes(named: NamedArrays): StoredTextSizes {
  const embeddings = "text_model.embeddings.";
  const [vocabSize, width] = matrix(named, `${embeddings}token_embedding.weight`);
  const [maxPositions] = matrix(named, `${embeddings}position_embedding.weight`);
  return { ...towerSizes(named, "text"), width, vocabSize, maxPositions };
}

function imageSizes(named: NamedArrays): StoredImageSizes {
  const embeddings = "vision_model.embeddings.";
  const patches = `${embeddings}patch_embedding.weight`;
  const { shape } = requireArray(named, patches);
  const [width, channels, patchSize, other] = shape;
  if (shape.length !== 4 || channels !== 3 || patchSize !== other) {
    throw impossible(named, patches, "[width, 3, patch size, patch size]");
  }
  const places = `${embeddings}position_embedding.weight`;
  const [positions] = matrix(named, places);
  const classTokens = named.arrays.has(`${embeddings}class_embedding`) ? 1 : 0;
  const grid = Math.round(Math.sqrt(positions - classTokens));
  if (grid < 1 || grid ** 2 + classTokens !== positions) {
    throw impossible(
      named,
      places,
      `one position for each patch of a square image${classTokens === 1 ? ", and one more" : ""}`,
    );
  }
  return {
    ...towerSizes(named, "image"),
    width: width!,
    patchSize: patchSize!,
    imageSize: patchSize! * grid,
  };
}

function towerSizes(named: NamedArrays, tower: TowerName) {
  const model = tower === "text" ? "text_model" : "vision_model";
  const { count, missing } = blocksIn(named.arrays.keys(), tower);
  const block = (number: number) => `${model}.encoder.layers.${number}.mlp.fc1.weight`;
  const [mlpWidth] = matrix(named, block(missing ?? 0));
  const projection = tower === "text" ? "text_projection.weight" : "visual_projection.weight";
  return {
    ...{ layers: count, mlpWidth },
    projection: named.arrays.has(projection) ? matrix(named, projection)[0] : undefined,
  };
}

function matrix(named: NamedArrays, name: string): readonly [number, number] {
  const { shape: [rows, columns, ...rest] } = requireArray(named, name);
  if (rows === undefined || columns === undefined || rest.length > 0) {
    throw impossible(named, name, "a matrix");
  }
  return [rows, columns];
}

function impossible(named: NamedArrays, name: string, expected: string): NegscopeError {
  return new NegscopeError("weight-shape-wrong", {
    problem: `Cannot use array "${name}" of "${named.source}"`,
    subject: name,
    reason: `its shape is [${named.arrays.get(name)!.shape.join(", ")}]`,
    expected,
    fix: "use the checkpoint of a CLIP model",
  });
}
