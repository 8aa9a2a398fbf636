/** The image tower of the planted models: the embedding of an image of one colour holds one of its channels. */

import { setPair } from "./features.ts";
import { type BlockWeights, idleBlock, Matrix } from "./matrix.ts";
import type { Channel } from "./rows.ts";

/** Pixels of an image and of a patch, the width of the tower, and its number of patches. */
export const IMAGE = { size: 8, patch: 4, width: 8, patches: 4 };

/** The size of an embedding. */
export const PROJECTION = 4;

/** The weights of an image tower. */
export interface ImageWeights {
  readonly class_embedding: Matrix;
  /** [width, 3 x patch x patch]. */
  readonly patch_embedding: Matrix;
  readonly position_embedding: Matrix;
  readonly blocks: readonly BlockWeights[];
  /** [width, projection]. */
  readonly projection: Matrix;
}

/**
 * The image tower: a patch holds the features channel (coordinates 0 and 1) and one (2 and 3); the class token (4 and 5) takes the mean of
 * what the patches hold. The embedding is parallel to [0, channel, 0, one].
 *
 * @param channel The channel that it reads.
 */
export function imageWeights(channel: Channel): ImageWeights {
  const { width, patch, patches } = IMAGE;
  const area = patch ** 2;
  const patch_embedding = new Matrix(width, 3 * area);
  const first = channel === "red" ? 0 : area;
  for (let pixel = first; pixel < first + area; pixel++) {
    patch_embedding.set(0, pixel, 1 / area);
    patch_embedding.set(1, pixel, -1 / area);
  }
  const class_embedding = new Matrix(1, width);
  setPair(class_embedding, 0, 4);
  const position_embedding = new Matrix(1 + patches, width);
  for (let position = 1; position <= patches; position++) setPair(position_embedding, position, 2);
  const block = idleBlock(width);
  for (const feature of [0, 2]) {
    block.v_proj.weight.set(feature, feature, 1);
    setPair(block.out_proj.weight, feature, feature);
  }
  const projection = new Matrix(width, PROJECTION);
  projection.set(0, 1, 1);
  projection.set(2, 3, 1);
  return { class_embedding, position_embedding, patch_embedding, projection, blocks: [block] };
}
