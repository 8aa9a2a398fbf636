/** Models whose circuit is known by construction: every method must find what it can find, and nothing else. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { replaceMarked } from "../../lib/tables/text_table.ts";
import type { ModelName } from "../../data/planted/recipe/models.ts";
import { pixelOf, score } from "../../data/planted/recipe/rows.ts";
import { methodsTable } from "../fixtures/planted/methods_table.ts";
import { plantedResults } from "../fixtures/planted/results.ts";
import { TRUTHS } from "../fixtures/planted/truths.ts";
import { SCORE, testPlanted } from "./test_planted.ts";

const results = plantedResults();

for (const name of Object.keys(TRUTHS) as ModelName[]) testPlanted(name, results);

Deno.test("positional: without the head in both sentences nothing is left of d", () =>
  checkInBoth("positional", "2.1", { affirmative: 0, negated: 0 }));

Deno.test("backup: both copying heads together are necessary, though neither alone is", () =>
  checkInBoth("backup", "1.2 + 2.4", { affirmative: 0, negated: 0 }));

Deno.test("generic: without the head in both sentences, the relay's d is left", () =>
  checkInBoth("generic", "2.1", { affirmative: 0, negated: TRUTHS.relay.negated }));

Deno.test("constant: the same control changes nothing in the affirmative sentence, where the head looks elsewhere", () =>
  checkInBoth("constant", "4.1", {
    affirmative: TRUTHS.constant.affirmative!,
    negated: TRUTHS.relay.negated,
  }));

Deno.test("data/planted/README.md is up to date with deno task dev bench:planted", async () => {
  const page = await Deno.readTextFile(new URL("../../data/planted/README.md", import.meta.url));
  assertEquals(page, replaceMarked(page, "planted", await methodsTable(await results)));
});

async function checkInBoth(
  name: ModelName,
  heads: string,
  output: { readonly affirmative: number; readonly negated: number },
): Promise<void> {
  for (const { image, negation, d } of (await results).get(name)!.inBoth.get(heads)!) {
    const change = score(output.negated, pixelOf(image)) -
      score(output.affirmative, pixelOf(image));
    assertAlmostEquals(d, negation === "caption" ? change : -change, 2 * SCORE);
  }
}
