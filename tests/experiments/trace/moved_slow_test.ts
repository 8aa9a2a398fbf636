/** Pairs whose negator is moved, in a planted model that reads a negator wherever it stands, so that moving it changes nothing. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { measureEffects } from "../../../lib/experiments/trace/trace.ts";
import { PLANTED } from "../../../lib/opening/find_model.ts";
import { Study } from "../../../mod.ts";
import { framedPairs } from "../../planted/framed_pairs.ts";

/** "There is a X and no Y." beside "There is no X and a Y.", with a planted image. */
async function movedPairs(): Promise<Pair[]> {
  const rows = await framedPairs(4, [""]);
  const nouns = rows.map(({ caption }) => /(\w+)\.$/.exec(caption)![1]!);
  return rows.flatMap(({ id, image }, i) => {
    const [X, Y] = [nouns[i], nouns.find((noun) => noun !== nouns[i])];
    const [caption, foil] = [`There is a ${X} and no ${Y}.`, `There is no ${X} and a ${Y}.`];
    return {
      id,
      image,
      negation: "caption" as const,
      caption,
      foil,
      scope: "other",
      negatorWord: "no",
    };
  });
}

Deno.test("a moved negator has no effect where it is aligned with itself, and would have one aligned by position", async () => {
  const pairs = await movedPairs();
  const open = {
    model: "planted/both",
    images: PLANTED.images,
    pairs,
    protocol: "standard" as const,
  };
  await using study = await Study.open(open);
  const { rows, images } = await study.scoredRows();
  for (const { scores } of rows) assertAlmostEquals(scores.d, 0, 1e-4);
  const segments = ["correct", "incorrect", "ambiguous"] as const;
  const { tables } = await study.run("trace", { control: [], segments });
  const effects = tables.effects.rows.map(({ effect }) => Math.abs(effect ?? NaN));
  assert(effects.length > 0);
  assertAlmostEquals(Math.max(...effects), 0, 1e-4);
  const byPosition = rows.map((row) => (
    { ...row, aligned: { ...row.aligned, alignment: row.aligned.negated.ids.map((_, i) => i) } }
  ));
  const artefacts = await measureEffects(study.text, byPosition, { site: "resid", images });
  for (const { effects, roles } of artefacts) {
    const first = effects.denoise!.slice(0, roles.length); // of layer 0
    const place = first.findIndex((effect) => Math.abs(effect!) > 1); // a sentence without any negator
    assertEquals([place, roles[place]], [3, "before"]);
  }
});
