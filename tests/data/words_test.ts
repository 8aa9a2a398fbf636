import { assertEquals } from "@std/assert";
import { differingWords, wordsOf } from "../../lib/data/words.ts";

Deno.test("wordsOf() splits at any white space, and leaves punctuation on its word", () => {
  assertEquals(wordsOf(" There are\tno  dogs. "), ["There", "are", "no", "dogs."]);
});

Deno.test("differingWords() gives the places of the words that differ", () => {
  assertEquals(differingWords("There is no dog.", "There is a cat."), [2, 3]);
  assertEquals(differingWords("no dog", "no dog"), []);
});
