/** What every method must find in a planted model, for the test of one model and that of all. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type ModelName, MODELS, type PlantedModel } from "../../data/planted/recipe/models.ts";
import { pixelOf, ROWS, score } from "../../data/planted/recipe/rows.ts";
import type { PlantedResults } from "../fixtures/planted/results.ts";
import { TRUTHS } from "../fixtures/planted/truths.ts";

const ATTENTION = 1e-6; // softmax in float32, with margins of 40
const CTE = 1e-4; // two scores, divided by a d of at least 1.7

/** 100 x a cosine in float32. */
export const SCORE = 5e-5;

export function testPlanted(
  name: ModelName,
  results: Promise<ReadonlyMap<ModelName, PlantedResults>>,
): void {
  const truth = TRUTHS[name];
  const test = (says: string, check: (found: PlantedResults) => void) =>
    Deno.test(`${name}: ${says}`, async () => check((await results).get(name)!));
  const affirmative = truth.affirmative ?? 0;
  const { circuit, channel = "red" }: PlantedModel = MODELS[name];
  const pixelIn = (image: string) => pixelOf(image, channel);

  test("evaluate gives the scores that follow from the weights, with |d| above 1", ({ scores }) => {
    assertEquals(scores.map(({ id }) => id), ROWS.map(({ id }) => id));
    for (const { image, negation, s_caption, s_foil, d, segment } of scores) {
      const caption = negation === "caption" ? truth.negated : affirmative;
      const foil = negation === "caption" ? affirmative : truth.negated;
      assertAlmostEquals(s_caption, score(caption, pixelIn(image)), SCORE);
      assertAlmostEquals(s_foil, score(foil, pixelIn(image)), SCORE);
      const isRight = Math.sign(pixelIn(image)) === Math.sign(pixelOf(image));
      assertEquals([segment, Math.abs(d) > 1], [isRight ? "correct" : "incorrect", true]);
    }
  });

  for (const site of ["resid", "z"] as const) {
    test(`trace finds at ${site} the planted cells, and 0 everywhere else`, (found) => {
      const listed = new Map<string, number>(Object.entries(truth[site]));
      const met = new Set<string>();
      for (const { id, layer, head, role, cte } of found[site].effects) {
        const cell = site === "z" ? `${layer}.${head} ${role}` : `${layer} ${role}`;
        const pixel = pixelIn(ROWS.find((row) => row.id === id)!.image);
        const [a, n] = [affirmative, truth.negated].map((output) => score(output, pixel));
        const patched = score(listed.get(cell) ?? affirmative, pixel);
        assertAlmostEquals(cte!, (patched - a!) / (n! - a!), CTE, `${id} ${cell}`);
        met.add(cell);
      }
      assertEquals([...listed.keys()].filter((cell) => !met.has(cell)), []);
    });
  }

  test("attend finds the heads that look at the negator", ({ attend }) => {
    const listed: Readonly<Record<string, number>> = truth.selectivity;
    assertEquals(attend.heads.length, 2 * 4 * circuit.heads);
    for (const { layer, head, selectivity } of attend.heads) {
      const expected = listed[`${layer}.${head}`] ?? 0;
      assertAlmostEquals(selectivity!, expected, ATTENTION, `${layer}.${head}`);
    }
  });

  test("knockout finds the heads whose attention to the negator counts", ({ knockout }) => {
    const listed: Readonly<Record<string, number>> = truth.knockout;
    assertEquals(knockout.rows.length, ROWS.length * 4 * circuit.heads);
    for (const { id, layer, head, s_knocked_out } of knockout.rows) {
      const pixel = pixelIn(ROWS.find((row) => row.id === id)!.image);
      const without = listed[`${layer}.${head}`] ?? truth.negated;
      assertAlmostEquals(s_knocked_out, score(without, pixel), SCORE, `${id} ${layer}.${head}`);
    }
  });
}
