import { assertEquals } from "@std/assert";
import { affirmativeTwin, nounTwin, type Twin } from "../../lib/data/twin.ts";

/** The twin, or the reason in brackets. */
function told(twin: Twin): string {
  return "reason" in twin ? `[${twin.reason}]` : twin.affirmative;
}

const NO_NOUN = '["no" does not stand before a noun]';

Deno.test("nounTwin() exchanges the first no before a noun, wherever it stands, and nothing else", () => {
  const cases: Record<string, string> = {
    "There are no dogs.": "There are some dogs.",
    "A drawing of two circles and no squares.": "A drawing of two circles and some squares.",
    "No dogs and no cats.": "Some dogs and no cats.",
    "The dog is not wet and no cat is.": "The dog is not wet and some cat is.",
    "No, there are no dogs.": "No, there are some dogs.",
    "A no-nonsense piano has no keys.": "A no-nonsense piano has some keys.",
    "no one is here": "some one is here",
    "With NO warm coat": "With SOME warm coat",
    "There is no “warm” coat.": "There is some “warm” coat.",
    "We saw no 2 dogs.": "We saw some 2 dogs.",
    "No better dog is here.": "Some better dog is here.",
    "He no longer has no dog.": "He no longer has some dog.",
  };
  for (const [sentence, twin] of Object.entries(cases)) {
    assertEquals(told(nounTwin(sentence)), twin);
  }
});

Deno.test("nounTwin() says why a sentence has no twin", () => {
  for (
    const sentence of [
      ...["He no longer runs.", "It is no better.", "It is no better than that.", "He said no."],
      ...["No, never.", "The answer is no to that.", "No. 5 is here", "no"],
    ]
  ) assertEquals(told(nounTwin(sentence)), NO_NOUN, sentence);
  for (
    const sentence of [
      "A dog is not here.",
      "A piano and a noble nose.",
      "Nobody is here.",
      "",
      "A no-one.",
    ]
  ) {
    assertEquals(told(nounTwin(sentence)), "[no negating word]", sentence);
  }
});

Deno.test("affirmativeTwin() exchanges the first negator, whatever it is", () => {
  const cases: Record<string, string> = {
    "A dog that is not running.": "A dog that is now running.",
    "The dog has not eaten and will not eat.": "The dog has now eaten and will not eat.",
    "The dog never eats no meat.": "The dog sometimes eats no meat.",
    "A plate without food": "A plate with food",
    "None of the dogs are here.": "Some of the dogs are here.",
    "Nobody is nowhere.": "Somebody is nowhere.",
    "There is nothing here.": "There is something here.",
    "A dog goes nowhere.": "A dog goes somewhere.",
    "No, the dog is not here.": "No, the dog is now here.",
    "The shop is not-for-profit and is not open.": "The shop is not-for-profit and is now open.",
    "The shop is not open, no no-go.": "The shop is now open, no no-go.",
    "It is not onlyness or just-in-time.": "It is now onlyness or just-in-time.",
    "The goods are not just-in-time.": "The goods are now just-in-time.",
    "Two circles and no squares, not here.": "Two circles and some squares, not here.",
  };
  for (const [sentence, twin] of Object.entries(cases)) {
    assertEquals(told(affirmativeTwin(sentence)), twin);
  }
});

Deno.test("affirmativeTwin() says why the first negator has no twin, and does not go on to the next", () => {
  const after = '["not" does not follow a form of "be" or "have", or a modal verb]';
  const only = '["not only", "not just" and "not merely" do not deny what follows]';
  const part = '[its first negator is part of a word, as in "isn\'t" and "cannot"]';
  const cases: Record<string, string> = {
    "The dog does not eat, with no meat.": after,
    "Not a dog and no cat.": after,
    "It isn't here, nor is there no dog.": part,
    "It isn’t here.": part,
    "A dog cannot eat no meat.": part,
    "Neither a dog nor a cat.": '["neither" and "nor" have no twin of one word]',
    "He no longer has no dog.": NO_NOUN,
    "A dog sits on a knot.": "[no negating word]",
    "A not-for-profit shop.": "[no negating word]",
    "A never-ending story.": "[no negating word]",
    "A never‑ending story.": "[no negating word]", // with the hyphen that does not break a line
    "The dog is not only wet, it is not here.": only,
    "It has not just one dog.": only,
    "Not Merely a dog": only,
    "The dog does not only eat.": only,
    "No, thank you.": "[no negating word]",
  };
  for (const [sentence, reason] of Object.entries(cases)) {
    assertEquals(told(affirmativeTwin(sentence)), reason, sentence);
  }
});
