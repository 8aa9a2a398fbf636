import { assertEquals } from "@std/assert";
import { swapSentences } from "../../../lib/experiments/trace/cells.ts";
import { preparePairs } from "../../../lib/study/rows/prepare.ts";
import { STANDARD_PAIRS, studyPairs, TINY, withClip } from "../../studies.ts";

Deno.test("swapSentences() inverts the alignment, and twice gives the pair again where each token has a counterpart", () =>
  withClip(TINY, async ({ text }) => {
    const pairs = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol: "standard" });
    const { distinct } = preparePairs(text, pairs, { protocol: "standard" });
    const inserted = distinct.find(({ alignment, negator }) => alignment[negator] === undefined)!;
    const swapped = swapSentences(inserted);
    assertEquals([swapped.negated, swapped.affirmative], [inserted.affirmative, inserted.negated]);
    // The affirmative sentence lacks the negator: the tokens after it are one place earlier.
    const { negator } = inserted;
    const expected = [...inserted.affirmative.ids.keys()].map((i) => i < negator ? i : i + 1);
    assertEquals(swapped.alignment, expected);
    const { negated, affirmative, alignment } = swapSentences(swapped);
    assertEquals({ negated, affirmative, alignment }, {
      ...{ negated: inserted.negated, affirmative: inserted.affirmative },
      alignment: inserted.alignment,
    });
    const { distinct: [minimal] } = preparePairs(text, await studyPairs(TINY), {
      protocol: "rephrased",
    });
    const { key: _key, roles: _roles, ...sentences } = minimal!;
    assertEquals(swapSentences(swapSentences(minimal!)), sentences);
  }));
