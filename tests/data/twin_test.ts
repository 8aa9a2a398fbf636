import { assertEquals } from "@std/assert";
import { affirmativeTwin, nounTwin, type Twin, withDeterminer } from "../../lib/data/twin.ts";
import type { Pair } from "../../lib/data/pairs.ts";

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
  const noNoun = ["He no longer runs.", "It is no better.", "It is no better than that."];
  noNoun.push("He said no.", "No, never.", "The answer is no to that.", "No. 5 is here", "no");
  for (const sentence of noNoun) assertEquals(told(nounTwin(sentence)), NO_NOUN, sentence);
  const none = [
    "A dog is not here.",
    "A piano and a noble nose.",
    "Nobody is here.",
    "",
    "A no-one.",
  ];
  for (const sentence of none) {
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
    "Neither a dog nor a cat.": '["neither" and "nor" have no counterpart of one word]',
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
  assertEquals(
    withDeterminer(row, { fits, draw: 0 }),
    { ...row, foil: "There are many  dogs here.", replaced: "There are no  dogs here." },
  );
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
  for (const [negated, affirmative, twin] of rows) {
    for (const draw of [0, 0.9]) {
      const row = pair(negated!, affirmative!);
      const made = withDeterminer(row, { fits, draw });
      assertEquals(made, { ...row, foil: twin!, replaced: negated! });
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
