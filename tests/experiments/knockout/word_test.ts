import { assertEquals } from "@std/assert";
import { negatorOf, twinOf } from "../../../lib/experiments/knockout/word.ts";
import { preparePairs } from "../../../lib/study/rows/prepare.ts";
import { STANDARD_PAIRS, studyPairs, TINY, withClip } from "../../studies.ts";

Deno.test("negatorOf() and twinOf() find the words that differ, each in its sentence", () =>
  withClip(TINY, async ({ text }) => {
    const protocol = "standard";
    const pairs = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol });
    const { distinct } = preparePairs(text, pairs, { protocol });
    const words = distinct.map((pair) =>
      [negatorOf(pair), twinOf(pair)].map((word) => word?.sentence.tokens[word.position])
    );
    assertEquals(words.some(([, twin]) => twin === undefined), true); // an inserted negator
    for (const [i, [negator, twin]] of words.entries()) {
      const { affirmative, negated } = distinct[i]!;
      assertEquals(affirmative.tokens.includes(negator!), false);
      if (twin !== undefined) assertEquals(negated.tokens.includes(twin), false);
    }
  }));
