/** The parts in which towers of different families differ outside their blocks. */

/** What comes before the first block of a tower and after its last one. */
export interface OuterParts {
  /** Whether an image's patches follow a class token, from which the embedding is made, and pass a layer norm before the first block. */
  readonly classToken: boolean;
  /** What makes the embedding of the normalised residual stream: a matrix, a matrix and a bias, or attention of one learnt query. */
  readonly pooling: "matrix" | "linear" | "attention";
}

/** The parts of CLIP's towers. */
export const CLIP_PARTS = {
  text: { classToken: false, pooling: "matrix" },
  image: { classToken: true, pooling: "matrix" },
} as const satisfies Record<"text" | "image", OuterParts>;
