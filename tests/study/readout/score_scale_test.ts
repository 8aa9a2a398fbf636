import { assertAlmostEquals, assertEquals } from "@std/assert";
import { scoreScale } from "../../../lib/study/readout.ts";
import { CLIP, SIGLIP } from "../../../lib/model/families.ts";
import { assertThrowsCode } from "../../error_codes.ts";

Deno.test("scoreScale() is the factor of the cosine, with and without a constant", () => {
  assertEquals(scoreScale(CLIP), 100);
  const similarity = SIGLIP.scaled!({ scale: 113.5, bias: -16.25 });
  assertAlmostEquals(scoreScale({ ...SIGLIP, similarity }), 113.5, 1e-12);
});

Deno.test("scoreScale() refuses a score that is no multiple of the cosine", () => {
  const refused = (score: (cosine: number) => number) =>
    assertThrowsCode(
      () =>
        scoreScale({
          name: "Own",
          similarity: {
            score: (text, image) => score(CLIP.similarity.score(text, image) / 100),
            formula: "own",
          },
        }),
      "model-unfit",
      'Cannot split the scores of Own into parts: the score "own" is not a multiple',
    );
  refused((cosine) => 10 * cosine ** 3);
  refused((cosine) => Math.acos(cosine));
  refused(() => 1); // nothing to split
});
