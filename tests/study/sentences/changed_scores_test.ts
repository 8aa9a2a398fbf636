import { assertAlmostEquals, assertEquals } from "@std/assert";
import { patch, scale, zero } from "../../../lib/hooks/interventions.ts";
import { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { TINY } from "../../studies.ts";

const RESID = "blocks.1.hook_resid_post";

async function withStudy(use: (study: Study) => Promise<void>): Promise<void> {
  const { model, images, pairs: data } = TINY;
  await using study = await Study.open({ model, images, data, threads: 1, cache: false });
  await use(study);
}

function sentencesOf({ pairs }: Study): string[] {
  return [...new Set(pairs.flatMap(({ caption, foil }) => [caption, foil]))];
}

for (const position of ["eot", 3]) {
  Deno.test(`Study.score() patches each sentence from its own row of a cache, in any order, at ${position}`, () =>
    withStudy(async (study) => {
      const scores = await study.score();
      const texts = sentencesOf(study);
      for (const own of [texts, texts.toReversed(), [...texts, "There are no others."]]) {
        const { cache: from } = await study.text.runWithCache(own, [RESID]);
        const same = await study.score({ interventions: [patch(RESID, { position, from })] });
        for (const [i, { d }] of same.rows.entries()) {
          assertAlmostEquals(d, scores.rows[i]!.d, 1e-3); // float32 embeddings, in batches of other sizes
        }
      }
    }));
}

Deno.test("Study.score() patches every sentence from the row that fromRow names", () =>
  withStudy(async (study) => {
    const texts = sentencesOf(study);
    const { cache: from } = await study.text.runWithCache(texts, [RESID]);
    const one = await study.text.runWithCache([texts[2]!], [RESID]);
    const at = (place: object) =>
      study.score({ interventions: [patch(RESID, { position: 1, ...place } as never)] });
    const [named, alone] = [await at({ from, fromRow: 2 }), await at({ from: one.cache })];
    named.rows.forEach(({ d }, i) => assertAlmostEquals(d, alone.rows[i]!.d, 1e-3)); // as above
  }));

Deno.test("Study.score() refuses a cache without one of its sentences, rows that it does not have, and numbers without bound", () =>
  withStudy(async (study) => {
    const texts = sentencesOf(study);
    const { cache: from } = await study.text.runWithCache(texts.slice(1), [RESID]);
    await assertRejectsCode(
      () => study.score({ interventions: [patch(RESID, { position: 1, from })] }),
      `patch-source-unclear: of "${texts[0]}": the cache has ${
        texts.length - 1
      } sentences, but not this one`,
    );
    await assertRejectsCode(
      () => study.score({ interventions: [zero(RESID, { position: 1, row: 0 })] }),
      `patch-source-unclear: Cannot change "${RESID}" in row 0 of a study: a sentence runs once for all rows that share it`,
    );
    const overflow = { interventions: [scale(RESID, 1e39)] }; // infinite in float32
    const row = await study.row(study.pairs[0]!.id);
    for (const score of [() => study.score(overflow), () => row.negated.score(overflow)]) {
      await assertRejectsCode(score, "value-not-finite", "its embedding is not finite");
    }
    assertEquals((await study.score()).rows.length, 8);
  }));
