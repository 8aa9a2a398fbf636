import { assertEquals } from "@std/assert";
import { withDeterminer } from "../../lib/data/twin.ts";
import type { Pair } from "../../lib/data/pairs.ts";

const fits = (sentence: string) => !sentence.includes("several");

function pair(negated: string, affirmative: string, negation: Pair["negation"] = "foil"): Pair {
  const sentences = negation === "foil"
    ? { caption: affirmative, foil: negated }
    : { caption: negated, foil: affirmative };
  return { id: "0", image: "a.png", negation, ...sentences };
}

Deno.test("another determiner takes the place of the negator, one of the first three that fit", () => {
  const row = pair("There are no  dogs here.", "There are some  dogs here.");
  const made = [0, 0.34, 0.67, 1].map((draw) => withDeterminer(row, { fits, draw })!.foil);
  const words = ["many", "two", "three", "three"];
  assertEquals(made, words.map((word) => `There are ${word}  dogs here.`));
  assertEquals(withDeterminer(row, { fits, draw: 0 }), {
    ...row,
    foil: "There are many  dogs here.",
    replaced: "There are no  dogs here.",
  });
});

Deno.test("a determiner fits the noun's number, the negated side and the spelling", () => {
  const draw = 0;
  const captions = [
    ["There is no dog.", "There is a dog.", "There is one dog."],
    ["No dogs are here.", "Some dogs are here.", "Many dogs are here."],
    ["THERE IS NO OWL.", "THERE IS AN OWL.", "THERE IS ONE OWL."],
  ];
  for (const [negated, affirmative, made] of captions) {
    const row = pair(negated!, affirmative!, "caption");
    assertEquals(withDeterminer(row, { fits, draw })?.caption, made);
  }
});

Deno.test("an inserted negator gives its place to the first determiner that fits", () => {
  const rows = [
    ["There are no dogs.", "There are dogs.", "There are some dogs."],
    ["No dogs are here.", "Dogs are here.", "Some dogs are here."],
  ];
  for (const [negated, affirmative, made] of rows) {
    for (const draw of [0, 0.9]) {
      const row = pair(negated!, affirmative!);
      assertEquals(withDeterminer(row, { fits, draw }), {
        ...row,
        foil: made!,
        replaced: negated!,
      });
    }
  }
  const isLong = (sentence: string) => !/some/i.test(sentence);
  const row = pair(rows[0]![0]!, rows[0]![1]!);
  assertEquals(withDeterminer(row, { fits: isLong, draw: 0 })?.foil, "There are many dogs.");
});

Deno.test("sentences that differ in more than a determiner have no such control", () => {
  const draw = 0;
  const none = [
    ["The dog is not here.", "The dog is now here."],
    ["There are no dogs here.", "There are dogs."],
    ["There are many dogs.", "There are dogs."],
    ["There are no dogs or cats.", "There are some dogs and cats."],
    ["There are no dogs.", "There are more dogs."],
  ];
  for (const [negated, affirmative] of none) {
    assertEquals(withDeterminer(pair(negated!, affirmative!), { fits, draw }), undefined);
  }
  const row = pair("There are no dogs.", "There are some dogs.");
  assertEquals(withDeterminer(row, { fits: () => false, draw }), undefined);
});
