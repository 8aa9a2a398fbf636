import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Scores } from "../../lib/study/scores.ts";
import { type EvaluateRow, segmentOf } from "../../lib/study/rows/score_rows.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { readImage } from "../../lib/opening/images/image_folder.ts";
import { imageScoresText, scoreImages } from "../../lib/study/image_scores.ts";
import { Study } from "../../lib/runs/study.ts";
import { TINY } from "../studies.ts";

function scored(ds: readonly number[]): Scores {
  const rows = ds.map((d, i): EvaluateRow => ({
    ...{ id: `${i}`, image: "a.png", negation: "foil", caption: `${i}`, foil: `no ${i}` },
    ...{ s_caption: d, s_foil: 0, d, segment: segmentOf(d), tokens: 2 },
  }));
  return new Scores(rows, { seed: 0 });
}

Deno.test("Scores count a tie as one half in the accuracy of a side, before a change and under it", () => {
  const [before, after] = [scored([2, 5e-5, -2]), scored([2, 2, -1e-4])];
  assertEquals(after.sides.rows.map(({ negation, accuracy }) => [negation, accuracy]), [
    ...[["foil", 2.5 / 3], ["all", 2.5 / 3]],
  ]);
  const [foil] = after.compare(before).rows;
  assertEquals([foil!.accuracy_before, foil!.accuracy], [1.5 / 3, 2.5 / 3]);
});

/** The reference's cosine of two embeddings, in double precision. */
function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x, (value, i) => value * y[i]!).reduce((sum, value) => sum + value, 0);
  return dot(a, b) / Math.sqrt(dot(a, a)) / Math.sqrt(dot(b, b));
}

Deno.test("scoreImages() gives the S and d of a study, and 100 x the cosine of the embeddings", async () => {
  const { model, images, pairs: data } = TINY;
  await using study = await Study.open({ model, images, data, threads: 1, cache: false });
  await using clip = await Clip.load(model, { threads: 1 });
  for (const { image, caption, foil, s_caption, s_foil, d } of (await study.score()).rows) {
    const picture = { name: image, bytes: await readImage(images, image) };
    const [scored] = await scoreImages(clip, [picture], [caption, foil]);
    assertEquals(scored!.scores, [s_caption, s_foil]);
    assertEquals(scored!.scores[0]! - scored!.scores[1]!, d);
    const pixels = await clip.image.pixels(picture.bytes, image);
    const [seen, read] = [await clip.image.run([pixels]), await clip.text.run([caption])];
    const closed = 100 * cosine(read.row(0).data, seen.row(0).data);
    assertAlmostEquals(scored!.scores[0]!, closed, 1e-10); // double precision
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
