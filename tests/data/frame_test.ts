import { assertEquals } from "@std/assert";
import { frameOf } from "../../lib/data/frame.ts";
import { negatedSentence } from "../../lib/data/pairs.ts";
import { readPairs } from "../../lib/data/read.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { kitPath } from "../../lib/files/kit_files.ts";

const VALSE = new URL("../../../shared/data/valse/existence.json", import.meta.url);
const hasShared = await Deno.stat(VALSE).then(() => true, () => false);

Deno.test("frameOf() leaves out the phrases of negators, indefinite determiners and numbers, and the number of the verb", () => {
  const expected: Readonly<Record<string, string>> = {
    "There are no people in the photo.": "there is no … in the photo",
    "There is no person in the photo": "there is no … in the photo",
    "There are no black horses facing the fence.": "there is no … facing the fence",
    "There aren't any dogs.": "there isn't …",
    "There isn’t a dog.": "there isn't …",
    "There is not a dog here.": "there is not … here",
    "A picture of three red circles and no crosses.": "a picture of … and no …",
    "Two squares and no diamonds.": "… and no …",
    "This is a scene of 3 rings and no red hearts and no stars.":
      "this is a scene of … and no … and no …",
    "No, there are no cats.": "no there is no …",
    "There are no spoons, but another fork.": "there is no … but …",
    "Some of them are without hats": "some of them is without …",
    "He is not interested in it.": "he is not … in it",
    "There is none.": "there is none",
    "It was not a good idea.": "it was not …",
    "I have never seen such a thing.": "i have never seen such …",
    "A cat.": "…",
  };
  for (const [sentence, frame] of Object.entries(expected)) {
    assertEquals(`${sentence} | ${frameOf(sentence)}`, `${sentence} | ${frame}`);
  }
});

/** The number of rows of each frame, the most common first. */
async function framesIn(path: string): Promise<readonly (readonly [string, number])[]> {
  const { pairs } = await readPairs(onDisk(path), { protocol: "rephrased" });
  return [...Map.groupBy(pairs, (pair) => frameOf(negatedSentence(pair)))]
    .map(([frame, { length }]) => [frame, length] as const)
    .sort(([, a], [, b]) => b - a);
}

Deno.test("frameOf() finds the templates of the embedded sentences, as their recipe has them, and of the drawings", async () => {
  const frames = await framesIn(kitPath("data/shapes/sentences.txt"));
  assertEquals(
    frames.map(([frame]) => frame).sort(),
    [
      "a picture of … and no …", // of one thing, and of several
      "in the picture there is no …",
      "in this scene there is … and there is no …",
      "no … and no … is in this scene",
      "no … is in the picture and … is on the right",
      "on the left there is no …",
      "there is … and no …",
      "this is a scene of … and no … and no …",
      "… and no …",
      "… is on the right and no … is on the left",
      "… on the left and no … on the right",
    ],
  );
  const drawings = await framesIn(kitPath("data/shapes/existence.json"));
  assertEquals(drawings.map(([frame]) => frame).sort(), [
    "there is no …",
    ...["in the picture", "in the scene", "in this picture", "on the left", "on the right"]
      .map((end) => `there is no … ${end}`),
  ]);
});

Deno.test({
  name: "frameOf() finds the wordings that many rows of VALSE share (needs ../shared)",
  ignore: !hasShared,
  fn: async () => {
    const frames = await framesIn(VALSE.pathname);
    assertEquals(frames.slice(0, 3).map(([frame]) => frame), [
      "there is no …",
      "there is no … in the picture",
      "there is no … in the photo",
    ]);
  },
});
