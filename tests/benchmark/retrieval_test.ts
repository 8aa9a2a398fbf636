import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  captionsOf,
  rankSteps,
  recallFigures,
  retrievalTable,
} from "../../lib/benchmark/retrieval.ts";
import type { CaptionedImage } from "../../lib/benchmark/choice.ts";
import { similarity } from "../../lib/model/families.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { finish } from "../../lib/stats/steps.ts";

const random = seededRandom(5);
const vector = (size = 7) =>
  Float32Array.from({ length: size }, () => (random.below(2001) - 1000) / 1000 + 1e-4);

/** Ranks by sorting nothing and comparing all scores, as the oracle defines them. */
function plainRank(scores: readonly number[], right: number): [rank: number, first: number] {
  const better = scores.filter((score) => score > scores[right]!).length;
  const tied = scores.filter((score) => score === scores[right]!).length - 1;
  return [1 + better + tied / 2, 1 + better];
}

Deno.test("rankSteps() gives the ranks of a full matrix of scores, ties included", () => {
  const images = Array.from({ length: 40 }, () => vector());
  images[7] = images[3]!;
  const imageOf = Array.from({ length: 300 }, (_, i) => i % images.length);
  const captions = imageOf.map(() => vector());
  captions[50] = captions[10]!;
  captions[130] = captions[10]!;
  const { ofImages, ofCaptions } = finish(rankSteps({ images, captions, imageOf }));
  const score = (image: number, caption: number) => similarity(captions[caption]!, images[image]!);
  const golden = captions.map((_, caption) =>
    plainRank(images.map((_, image) => score(image, caption)), imageOf[caption]!)
  );
  assertEquals(ofImages.map(({ rank, tied }) => [rank, rank - tied / 2]), golden);
  const ofImage = images.map((_, image) => {
    const scores = captions.map((_, caption) => score(image, caption));
    const own = [...imageOf.keys()].filter((caption) => imageOf[caption] === image);
    const ranks = own.map((caption) => {
      const rivals = scores.filter((_, other) => imageOf[other] !== image);
      return plainRank([scores[caption]!, ...rivals], 0);
    });
    return [0, 1].map((i) => Math.min(...ranks.map((rank) => rank[i]!)));
  });
  assertEquals(ofCaptions.map(({ rank, tied }) => [rank, rank - tied / 2]), ofImage);
});

Deno.test("rankSteps() ranks inner products where lengths are to count", () => {
  const images = [[1, 0], [0, 3]].map((values) => Float32Array.from(values));
  const captions = [Float32Array.of(2, 1)];
  const ranks = (unnormalised: boolean) =>
    finish(rankSteps({ images, captions, imageOf: [0], unnormalised })).ofImages[0]!.rank;
  assertEquals([ranks(false), ranks(true)], [1, 2]);
});

function item(row: number, image: string, sentences: readonly string[]): CaptionedImage {
  const id = `${row}`;
  return { id, row, where: id, pictures: [{ image }], sentences, present: [], absent: [] };
}

Deno.test("rows that show the same image are one image, whose captions are not each other's rivals", () => {
  const items = [item(0, "a/1.jpg", ["x"]), item(1, "2.jpg", ["y"]), item(2, "1.jpg", ["z"])];
  const { images, captions } = captionsOf(items, (image) => image.split("/").at(-1)!);
  assertEquals(images, ["a/1.jpg", "2.jpg"]);
  assertEquals(captions.map(({ image }) => image), [0, 1, 0]);
  const shown = [[1, 0], [0, 1]];
  const imageOf = captions.map(({ image }) => image);
  const ranks = finish(
    rankSteps({ images: shown, captions: [[1, 0], [0, 1], [1, 0]], imageOf }),
  );
  const { rows } = retrievalTable(items, ranks);
  assertEquals(rows.map(({ rank }) => rank), [1, 1, 1, 1, 1]); // 1.5 where an image is its own rival
  const chance = recallFigures(rows, { imageOf }).filter(({ measure }) => measure === "r1_chance");
  assertEquals(chance.map(({ n, value }) => [n, value]), [[3, 1 / 2], [2, 1 / 2]]);
});

Deno.test("benchmark.csv counts ranks of both directions", () => {
  const items = [item(0, "0.jpg", ["a", "b"]), item(1, "1.jpg", ["c"])];
  const rank = (rank: number, item: number) => ({ rank, tied: rank % 1 * 2, item });
  const ranks = {
    ofImages: [rank(1, 0), rank(1.5, 0), rank(2, 1)],
    ofCaptions: [rank(1, 1), rank(6, 2)],
  };
  const { rows } = retrievalTable(items, ranks);
  const imageOf = [0, 0, 1];
  assertEquals(rows.map(({ sentence }) => sentence), ["a", "b", "c", "b", "c"]);
  const figures = (published = false) =>
    new Map(
      recallFigures(rows, { imageOf, published }).map(({ by, measure, n, value }) => [
        `${by} ${measure}`,
        [n, value],
      ]),
    );
  const recalls = (of: ReturnType<typeof figures>, name: string) =>
    ["r1", "r5", "r10", "median"].map((measure) => of.get(`${name.replace("#", measure)}`)?.[1]);
  const found = figures();
  assertEquals(found.get("text_to_image ties"), [3, 1]);
  assertEquals(found.get("image_to_text r1"), [2, 1 / 2]);
  assertEquals(recalls(found, "text_to_image #"), [1 / 3, 1, 1, 1.5]);
  assertEquals(recalls(found, "text_to_image #_first"), [2 / 3, 1, 1, 1]);
  assertEquals(recalls(found, "text_to_image #_chance"), [1 / 2, 1, 1, undefined]);
  assertEquals(recalls(figures(true), "text_to_image #"), [2 / 3, 1, 1, 1]); // ties leave the rank alone
  assertEquals(recalls(found, "image_to_text #"), [1 / 2, 1 / 2, 1, 3.5]);
  assertEquals(recalls(found, "image_to_text #_chance")[0], 1 / 2);
  assertEquals(found.has("image_to_text r1_random_weights"), false);
});

Deno.test("recallFigures() gives what random orders and random weights get beside the model", () => {
  const items = [10, 2].map((count, row) =>
    item(row, `${row}.jpg`, Array.from({ length: count }, (_, i) => `${row} ${i}`))
  );
  const imageOf = items.flatMap(({ sentences }, image) => sentences.map(() => image));
  const rowsOf = (rank: number) => {
    const ranks = (length: number) => Array.from({ length }, () => ({ rank, tied: 0, item: 0 }));
    return retrievalTable(items, { ofImages: ranks(12), ofCaptions: ranks(2) }).rows;
  };
  const found = recallFigures(rowsOf(1), { imageOf, random: rowsOf(6) });
  const of = (by: string, name: string) =>
    ["r1", "r5", "r10", "median"].map((measure) =>
      found.find((row) => row.by === by && row.measure === `${measure}_${name}`)?.value
    );
  assertEquals(of("text_to_image", "chance"), [1 / 2, 1, 1, undefined]);
  assertEquals(of("text_to_image", "random_weights"), [0, 0, 1, 6]);
  // of twelve captions two are the second image's: five miss both in C(10, 5) / C(12, 5) = 7 / 22 of the orders, ten in 1 / 66
  const [r1, r5, r10] = of("image_to_text", "chance");
  assertAlmostEquals(r1!, 1 / 2, 1e-12);
  assertAlmostEquals(r5!, (1 + 15 / 22) / 2, 1e-12);
  assertAlmostEquals(r10!, (1 + 65 / 66) / 2, 1e-12);
});
