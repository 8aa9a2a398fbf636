import { assertEquals } from "@std/assert";
import { findNegation, isNegatingToken } from "../../lib/data/words.ts";

Deno.test("findNegation() finds the sentence with more negating words", () => {
  const cases: [string, string, "caption" | "foil" | undefined][] = [
    ["There are no people.", "There are people.", "caption"],
    ["There is a dog.", "There isn't a dog.", "foil"],
    ["The dog isn’t there.", "The dog is there.", "caption"],
    ["Nobody is here.", "Somebody is here.", "caption"],
    ["A man with a hat.", "A man without a hat.", "foil"],
    ["None of them sit.", "All of them sit.", "caption"],
    ["It is a person not wearing a dress.", "It is no person not wearing a dress.", "foil"],
    ["There are 4.", "There are 4.", undefined],
    ["no dog, a cat", "a dog, no cat", undefined],
    ["Another notable knot.", "Nothing.", "foil"],
  ];
  for (const [caption, foil, negation] of cases) {
    assertEquals(findNegation(caption, foil), negation, caption);
  }
});

Deno.test("isNegatingToken() knows words and the parts CLIP makes of isn't", () => {
  assertEquals(
    ["no", "'t", "without", "There", "not"].map(isNegatingToken),
    [true, true, true, false, true],
  );
});
