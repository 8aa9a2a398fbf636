import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { assertPlainSentences } from "../study/plain_sentences.ts";
import type { Choice } from "../../lib/benchmark/choice.ts";
import { sidesOutcome } from "../../lib/benchmark/accuracy.ts";

/** Of ten nouns a picture that shows each and one that does not; the second sentence is right in every other row. */
const CHOICES = Array.from({ length: 20 }, (_, row): Choice => {
  const [affirmative, negated] = [`There is a thing${row >> 1}.`, `There is no thing${row >> 1}.`];
  const sentences = row % 4 < 2 ? [affirmative, negated] : [negated, affirmative];
  const isThere = row % 2 === 0;
  const right = sentences.indexOf(isThere ? affirmative : negated);
  return { id: `q${row}`, row, pictures: [{ image: `${row}.png` }], sentences, right };
});

/** d of 3 where the thing is there and of 1 where it is not: gamma 1, alpha 1/2. */
const SCORES = CHOICES.map(({ right }, row) => {
  const d = row % 2 === 0 ? 3 : 1;
  return right === 0 ? [20 + d, 20] : [20, 20 + d];
});

Deno.test("sidesOutcome() gives gamma, alpha and rights of questions for a sentence or its negation, whichever comes first", () => {
  const { figures, finding } = sidesOutcome(CHOICES, SCORES, { seed: 0 });
  const found = Object.fromEntries(figures.map(({ measure, n, value }) => [measure, [n, value]]));
  assertEquals(found, {
    gamma: [20, 1],
    alpha: [20, 0.5],
    sentences_right: [10, 1],
    pictures_right: [10, 1],
    all_right: [10, 1],
  });
  assertAlmostEquals(figures[2]!.high!, 1);
  assertPlainSentences(finding.sentences!);
  assertMatch(
    finding.sentences![0]!,
    /\(gamma\) is 1\.00 .* 20 matched rows, bias \(alpha\) 0\.50/,
  );
});

Deno.test("sidesOutcome() has nothing of questions with other options", () => {
  const [choice] = CHOICES as [Choice];
  const others: Choice[] = [
    { ...choice, sentences: [...choice.sentences, "There is a dog."] },
    { ...choice, sentences: ["There is a cat.", "There is a dog."] },
    { ...choice, pictures: [], query: "There is a cat." },
  ];
  const scores = others.map(() => [1, 0, 0]);
  assertEquals(sidesOutcome(others, scores, { seed: 0 }), { figures: [], finding: {} });
});
