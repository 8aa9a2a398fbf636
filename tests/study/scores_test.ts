import { assertEquals } from "@std/assert";
import { Scores } from "../../lib/study/scores.ts";
import { scoredRow } from "./scored_row.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { readImage } from "../../lib/opening/images/image_folder.ts";
import { imageScoresText, saliencyChart, scoreImages } from "../../lib/study/image_scores.ts";
import { Study } from "../../lib/runs/study.ts";
import { TINY } from "../studies.ts";
import { assertSpec, SOURCES } from "../charts/fixtures.ts";

function scored(ds: readonly number[]): Scores {
  return new Scores(ds.map((d, i) => scoredRow(`${i}`, "foil", d).scores), { seed: 0 });
}

Deno.test("Scores count a tie as one half in the accuracy of a side, before a change and under it", () => {
  const [before, after] = [scored([2, 5e-5, -2]), scored([2, 2, -1e-4])];
  assertEquals(after.sides.rows.map(({ negation, accuracy }) => [negation, accuracy]), [
    ...[["foil", 2.5 / 3], ["all", 2.5 / 3]],
  ]);
  const [foil] = after.compare(before).rows;
  assertEquals([foil!.accuracy_before, foil!.accuracy], [1.5 / 3, 2.5 / 3]);
});

Deno.test("scoreImages() gives the S of a study", async () => {
  const { model, images, pairs: data } = TINY;
  await using study = await Study.open({ model, images, data, threads: 1, cache: false });
  await using clip = await Clip.load(model, { threads: 1 });
  for (const { image, caption, foil, s_caption, s_foil } of (await study.score()).rows) {
    const picture = { name: image, bytes: await readImage(images, image) };
    const [scored] = await scoreImages(clip, [picture], [caption, foil]);
    assertEquals(scored!.scores, [s_caption, s_foil]);
  }
});

Deno.test("imageScoresText() says first which sentence the model prefers, by how much, and whether that is clear", () => {
  const text = (...scores: number[]) =>
    imageScoresText([{ image: "a.png", scores }], {
      ...{ sentences: ["one", "two", "three"], model: "m" },
    }).split("\n");
  assertEquals(text(20.5, 18), [
    ...['m prefers "one" by 2.50.', "", "a.png", "    20.500  one", "    18.000  two"],
  ]);
  assertEquals(text(18, 18.75)[0], 'm prefers "two" by 0.75, which is less than 1 and not clear.');
  assertEquals(text(18, 18)[0], "m prefers no sentence: the largest scores are equal.");
  assertEquals(text(18, 18, 18.1)[0]!.startsWith('m prefers "three" by 0.10'), true);
  assertEquals(text(18), ["a.png", "    18.000  one"]);
});

Deno.test("saliencyChart() draws words and squares in one scale over what the model sees, and frames the largest", () => {
  const rowsOf = (of: string, word: string, ...effects: readonly number[]) =>
    effects.map((effect, i) => ({ of, row: 1, column: i + 1, word, effect }));
  const rows = rowsOf("picture", "", 0.25, 2, -1);
  const words = { rows: rowsOf("sentence 1", "dog", 1, -0.5) };
  const squares = { rows, named: rows.slice(1, 2) };
  const found = { measure: "S", total: 1.5, sentences: ["dog dog"], words, squares } as never;
  const options = { picture: "data:image/png;base64,iVBORw0KGgo=", sources: SOURCES };
  assertSpec(saliencyChart(found, options), "saliency");
});
