import { assertEquals } from "@std/assert";
import { imageReader } from "../../lib/data/pair_images.ts";
import { scorePairs } from "../../lib/subject/score_pairs.ts";
import { studyPairs, TINY, withClip } from "../studies.ts";
import { assertRejectsCode } from "../error_codes.ts";

Deno.test("scorePairs() gives each row its own scores and its sentence pair", () =>
  withClip(TINY, async (clip) => {
    const pairs = await studyPairs(TINY);
    const read = imageReader(TINY.images);
    const { rows, evaluate } = await scorePairs(clip, pairs, { protocol: "rephrased", read });
    assertEquals(rows.map(({ scores }) => scores), [...evaluate.rows]);
    assertEquals(
      rows.map(({ pair }) => [pair.negated.sentence, pair.affirmative.sentence].sort()),
      pairs.map(({ caption, foil }) => [caption, foil].sort()),
    );
  }));

Deno.test("scorePairs() aligns all pairs before it reads an image", () =>
  withClip(TINY, async (clip) => {
    const [pair] = await studyPairs(TINY);
    const longer = { ...pair!, id: "long", caption: `${pair!.caption} ${pair!.caption}` };
    const read = () => Promise.reject(new Error("an image was read"));
    await assertRejectsCode(
      () => scorePairs(clip, [pair!, longer], { protocol: "rephrased", read }),
      "pair-tokens-differ",
      '"long"',
    );
  }));
