/** How a sentence and an image are scored. */

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
  const { dot, length } = product(text, image);
  return 100 * dot / length;
}

/**
 * The cosine of two embeddings.
 *
 * @param text An embedding, [projection], of any length but 0.
 * @param image An embedding of the same size.
 * @returns A number from -1 to 1, computed in double precision.
 * @throws {NegscopeError} If the embeddings differ in size.
 */
export function cosine(text: ArrayLike<number>, image: ArrayLike<number>): number {
  const { dot, length } = product(text, image);
  return dot / length;
}

/** The inner product of two embeddings, and the product of their lengths. */
function product(
  text: ArrayLike<number>,
  image: ArrayLike<number>,
): { readonly dot: number; readonly length: number } {
  if (text.length !== image.length) {
    throw new NegscopeError("sizes-differ", {
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
  return { dot, length: Math.sqrt(textSquare * imageSquare) };
}
