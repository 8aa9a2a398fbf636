/** The factor by which a family multiplies the cosine. */

import { NegscopeError } from "../../errors.ts";
import type { ModelFamily } from "../../model/families.ts";

/** Cosines at which a score is read; vectors of whole tenths have exactly these. */
const COSINES = [-1, -0.8, -0.6, 0, 0.6, 0.8, 1];

/** The error of a score in single precision, as a share of its scale. */
const TOLERANCE = 1e-5;

/**
 * The factor s of a family's score S = s x cosine + constant; 100 in CLIP.
 *
 * It is read from the score itself, so that a family states it in one place.
 */
export function scoreScale({ name, similarity }: Pick<ModelFamily, "name" | "similarity">): number {
  const scores = COSINES.map((cosine) =>
    similarity.score([cosine, Math.sqrt(1 - cosine ** 2)], [1, 0])
  );
  const [least, most] = [scores.at(0)!, scores.at(-1)!];
  const scale = (most - least) / 2;
  const isLinear = COSINES.every((cosine, i) =>
    Math.abs(scores[i]! - (most + least) / 2 - scale * cosine) <= TOLERANCE * Math.abs(scale)
  );
  if (isLinear && scale !== 0) return scale;
  throw new NegscopeError("model-unfit", {
    problem: `Cannot split the scores of ${name} into parts`,
    subject: name,
    reason: `the score "${similarity.formula}" is not a multiple of the cosine plus a constant`,
    fix: "use a family whose score is, such as CLIP",
  });
}
