/** How CLIP scores a sentence and an image. */

import { NegscopeError } from "../errors.ts";

/**
 * The logit S of a sentence and an image: 100 x the cosine of their embeddings (Quantmeyer et al. 2024, section 3).
 *
 * @param text A text embedding, [projection], of any length but 0.
 * @param image An image embedding of the same size.
 * @returns A number from -100 to 100, computed in double precision.
 * @throws {NegscopeError} If the embeddings differ in size.
 */
export function similarity(text: ArrayLike<number>, image: ArrayLike<number>): number {
  if (text.length !== image.length) {
    throw new NegscopeError("embeddings-differ", {
      problem:
        `Cannot compare a text embedding of ${text.length} values with an image embedding of ${image.length}`,
      subject: text.length,
      expected: "both from one model",
    });
  }
  let dot = 0;
  let textSquare = 0;
  let imageSquare = 0;
  for (let i = 0; i < text.length; i++) {
    const a = text[i]!;
    const b = image[i]!;
    dot += a * b;
    textSquare += a * a;
    imageSquare += b * b;
  }
  return 100 * dot / Math.sqrt(textSquare * imageSquare);
}
