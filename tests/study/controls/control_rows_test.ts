import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { withDeterminers, withOtherImages } from "../../../lib/study/controls/measure_controls.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const rows = Array.from({ length: 40 }, (_, i): Pair => ({
  id: `${i}`,
  image: `${i % 13}.png`,
  negation: i % 2 === 0 ? "caption" : "foil",
  caption: i % 2 === 0 ? `There are no things${i}.` : `There are some things${i}.`,
  foil: i % 2 === 0 ? `There are some things${i}.` : `There are no things${i}.`,
}));

Deno.test("no row keeps its image, and nothing else of a row changes", () => {
  for (const seed of [0, 1, 2]) {
    const made = withOtherImages(rows, seed);
    rows.forEach((row, i) => {
      assertNotEquals(made[i]!.image, row.image);
      assertEquals({ ...made[i]!, image: row.image }, row);
    });
  }
  const images = (seed: number) => withOtherImages(rows, seed).map(({ image }) => image);
  assertEquals(images(0), images(0));
  assertNotEquals(images(0), images(1));
  assert(new Set(images(0)).size > 8);
});

Deno.test("rows of one image, or without images, have no other", () => {
  for (
    const [image, why] of [["a.png", "all rows have the same image"], ["", "the rows have no im"]]
  ) {
    assertThrowsCode(
      () => withOtherImages(rows.map((row) => ({ ...row, image: image! })), 0),
      `control-unfit: Cannot run the control image: ${why}`,
    );
  }
});

Deno.test("a row's determiner depends on the determiners of the other rows alone, and is none of them", () => {
  const options = { seed: 3, length: (sentence: string) => sentence.split(" ").length };
  const all = withDeterminers(rows, options);
  assertEquals(rows.flatMap((row) => withDeterminers([row], options)), all);
  const words = new Set(
    all.map(({ caption, foil, negation }) =>
      (negation === "caption" ? caption : foil).split(" ")[2]
    ),
  );
  assertEquals(words, new Set(["many", "several", "two"]));
  for (const word of words) {
    const drawn = all.filter(({ caption, foil }) => `${caption} ${foil}`.includes(` ${word} `));
    assert(drawn.length > 4, `${drawn.length} of 40 ${word}`); // three standard deviations below a third
  }
  const odd = { ...rows[0]!, caption: "The thing is not here.", foil: "The thing is now here." };
  assertEquals(withDeterminers([odd, rows[1]!], options).length, 1);
  assertEquals(withDeterminers([odd], options), []);
  const affirmed = (word: string): Pair => ({
    ...rows[1]!,
    caption: `There are ${word} things.`,
    foil: "There are no things.",
  });
  const wordsBeside = (word: string) => {
    const fits = {
      seed: 0,
      length: (sentence: string) => /\b(some|another|a|no)\b/.test(sentence) ? 1 : 0,
    };
    return withDeterminers([affirmed("some"), affirmed(word)], fits).map(({ foil }) =>
      foil.split(" ")[2]
    );
  };
  assertEquals(wordsBeside("some"), ["a", "a"]);
  assertEquals(wordsBeside("a"), ["another"]); // "some" has none: "a" is affirmed too
  assertEquals(wordsBeside("an"), ["another"]); // "an" is "a"
});
