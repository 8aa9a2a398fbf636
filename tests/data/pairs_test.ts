import { assertEquals } from "@std/assert";
import { affirmativeSentence, negatedSentence } from "../../lib/data/pairs.ts";

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
