/** Scores of sentences against images, and what a pair's difference of scores means. */

/** How clearly a model prefers the true sentence. */
export type Segment = "correct" | "ambiguous" | "incorrect";

/** All segments, best first. */
export const SEGMENTS: readonly Segment[] = ["correct", "ambiguous", "incorrect"];

/**
 * The segment of a pair by d = S(caption) - S(foil): incorrect below -1, correct from 1, ambiguous between.
 *
 * @param d The difference of logits.
 */
export function segmentOf(d: number): Segment {
  if (d < -1) return "incorrect";
  return d < 1 ? "ambiguous" : "correct";
}
