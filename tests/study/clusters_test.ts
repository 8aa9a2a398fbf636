import { assertEquals } from "@std/assert";
import {
  clusterOf,
  FEWEST_NOUNS,
  frameOfRow,
  framesOf,
  heldOutBy,
  MOST_FRAMES,
} from "../../lib/study/clusters.ts";
import type { Pair } from "../../lib/data/pairs.ts";

Deno.test("clusterOf() keeps the rows of a sentence pair together, or those whose negated sentence has the same noun", () => {
  const of = (caption: string, foil: string, negation: "caption" | "foil") => (
    { id: "1", image: "a.jpg", negation, caption, foil }
  );
  const a = of("There are some dogs.", "There are no dogs.", "foil");
  const b = of("There is no dog here.", "There is a dog here.", "caption");
  const c = of("There are no dogs.", "There are some dogs.", "caption");
  assertEquals([a, b, c].map((pair) => clusterOf(pair, "noun")), ["dog", "dog", "dog"]);
  assertEquals(clusterOf(a), clusterOf(c)); // whichever sentence is true
  assertEquals(clusterOf(a) === clusterOf(b), false);
  assertEquals(clusterOf(a, "pair"), clusterOf(a));
});

const NOUNS = "dog cat car tree boat lamp clock horse bird cow sheep goat".split(" ");
const rowOf = (noun: string, end = "", word = "big"): Pair => ({
  ...{ id: `${noun} ${end} ${word}`, image: "a.png", negation: "foil" },
  ...{
    caption: `There is some ${word} ${noun}${end}.`,
    foil: `There is no ${word} ${noun}${end}.`,
  },
});

Deno.test("heldOutBy() holds out nouns where there are at least twelve, or where intervals keep them together", () => {
  const rows = NOUNS.flatMap((noun) => [rowOf(noun), rowOf(noun, " here")]);
  assertEquals(NOUNS.length, FEWEST_NOUNS);
  assertEquals(heldOutBy(rows), "noun");
  assertEquals(heldOutBy(rows.slice(2)), "pair");
  assertEquals(heldOutBy(rows.slice(2), "pair"), "pair");
  assertEquals(heldOutBy(rows.slice(2), "noun"), "noun");
  assertEquals(heldOutBy(rows.slice(6), "noun"), "noun");
  assertEquals(heldOutBy(rows.slice(8), "noun"), "pair"); // eight nouns have no interval
});

Deno.test("framesOf() has the frames with nine sentence pairs or more, the most common first, and none if there is one", () => {
  const here = NOUNS.map((noun) => rowOf(noun, " here"));
  const bare = NOUNS.slice(0, 9).map((noun) => rowOf(noun));
  const rare = NOUNS.slice(0, 8).map((noun) => rowOf(noun, " there"));
  const again = rare.slice(0, 1).map((row) => ({ ...row, id: "again", image: "b.png" }));
  assertEquals(frameOfRow(here[0]!), "there is no … here");
  assertEquals(framesOf([...bare, ...rare, ...again, ...here]), [
    "there is no … here",
    "there is no …",
  ]);
  assertEquals(framesOf([...here, ...rare]), []);
  const many = Array.from({ length: MOST_FRAMES + 2 }, (_, i) => ` at place${i}`);
  const rows = many.flatMap((end) => NOUNS.map((noun) => rowOf(noun, end)));
  assertEquals(framesOf(rows).length, MOST_FRAMES);
  assertEquals(framesOf(rows), framesOf(rows.toReversed()));
});
