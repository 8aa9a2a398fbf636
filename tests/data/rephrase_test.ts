import { parse } from "@std/csv";
import { assertEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { parseValse, rephrase } from "../../lib/data/formats/valse.ts";

const SHARED = new URL("../../../shared/data/valse/", import.meta.url);
const hasShared = await Deno.stat(SHARED).then(() => true, () => false);

function captionNegated(caption: string, foil: string): Pair {
  return { id: caption, image: "a.jpg", negation: "caption", caption, foil };
}

function foilNegated(caption: string, foil: string): Pair {
  return { id: foil, image: "a.jpg", negation: "foil", caption, foil };
}

Deno.test("rephrase() puts some into the affirmative sentence, on whichever side it stands", () => {
  const pairs = [
    captionNegated("There are no dogs.", "There are dogs."),
    foilNegated("There are dogs.", "There are no dogs."),
  ].map((pair) => rephrase(pair) as Pair);
  assertEquals(pairs.map(({ caption, foil }) => [caption, foil]), [
    ["There are no dogs.", "There are some dogs."],
    ["There are some dogs.", "There are no dogs."],
  ]);
});

Deno.test("rephrase() leaves a sentence with an article as it is", () => {
  const pair = { ...foilNegated("There is a dog.", "There is no dog."), subjectSize: 0.5 };
  assertEquals(rephrase(pair), pair);
});

Deno.test("rephrase() drops what does not come to differ in the third word alone", () => {
  const frame = 'negated sentence does not start with "There is no" or "There are no"';
  const words = "sentences do not differ in the third word alone";
  const cases: [string, string, string][] = [
    ["You see no dogs.", "You see dogs.", frame],
    ["no dogs can be seen.", "dogs can be seen.", frame],
    ["There are nobody.", "There are people.", frame],
    ["There are no cats.", "There are two cats.", words], // "some two cats"
    ["There is no dog.", "There are dogs.", words],
    ["There is no dog.", "There is a cat.", words],
    ["There is no dog.", "There was no dog.", words],
  ];
  for (const [negated, affirmative, reason] of cases) {
    assertEquals(rephrase(captionNegated(negated, affirmative)), reason);
  }
});

Deno.test({
  name: "rephrase() gives the 490 rows of rephrased.csv, in order (needs ../shared)",
  ignore: !hasShared,
  fn: async () => {
    const file = JSON.parse(await Deno.readTextFile(new URL("existence.json", SHARED)));
    const options = { source: "existence.json", protocol: "standard" } as const;
    const { pairs: original } = parseValse(new Map(Object.entries(file)), options);
    const made = original.map(rephrase);
    const pairs = made.filter((pair) => typeof pair === "object");
    const dropped = made.filter((pair) => typeof pair === "string");
    const expected = parse(await Deno.readTextFile(new URL("rephrased.csv", SHARED)), {
      skipFirstRow: true,
    });
    assertEquals(expected.length, 490);
    assertEquals(dropped.length, 15);
    const keys = ["id", "image", "negation", "caption", "foil"] as const;
    assertEquals(
      pairs.map((pair) => keys.map((key) => pair[key])),
      expected.map((row) => keys.map((key) => row[key])),
    );
  },
});
