import { assertEquals } from "@std/assert";
import { affirmativeSentence, firstOfEachImage, negatedSentence } from "../../lib/data/pairs.ts";

Deno.test("negatedSentence() and affirmativeSentence() follow the side of the negation", () => {
  const pair = { id: "p", image: "a.png", caption: "No dog.", foil: "A dog." };
  const swapped = { ...pair, caption: "A dog.", foil: "No dog." };
  for (
    const either of [{ ...pair, negation: "caption" }, { ...swapped, negation: "foil" }] as const
  ) {
    assertEquals(negatedSentence(either), "No dog.");
    assertEquals(affirmativeSentence(either), "A dog.");
  }
});

Deno.test("firstOfEachImage() keeps the first row of each image, in the order of the rows", () => {
  const pairs = ["b.png", "a.png", "b.png"].map((image, i) => ({
    id: `${i}`,
    image,
    negation: "foil" as const,
    caption: "There is a dog.",
    foil: "There is no dog.",
  }));
  const firsts = [...firstOfEachImage(pairs)].map(([image, { id }]) => [image, id]);
  assertEquals(firsts, [["b.png", "0"], ["a.png", "1"]]);
});
