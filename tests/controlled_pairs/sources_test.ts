import { assertEquals, assertStringIncludes } from "@std/assert";
import { pairsSummary } from "../../lib/controlled_pairs/summary.ts";
import { readContent } from "../../lib/benchmark/formats/format.ts";
import { pairsOfChoices, readChoiceFile } from "../../lib/controlled_pairs/sources.ts";
import { assertThrowsCode } from "../error_codes.ts";

const tokensIn = (text: string) => text.match(/[\p{L}]+|['’]t|[.,]/gu)!.length;
const OPTIONS = { source: "mcq.csv", tokensIn };

const contentOf = (text: string) => readContent(new TextEncoder().encode(text), "text");

const HEADER =
  "image_path,correct_answer,caption_0,caption_1,caption_2,caption_3,correct_answer_template";

function made(...lines: readonly string[]) {
  const text = [HEADER, ...lines, ""].join("\n");
  const { choices } = readChoiceFile(contentOf(text), "mcq.csv")!;
  return pairsOfChoices(choices, OPTIONS);
}

Deno.test("pairsOfChoices() finds an option that differs in the negator alone, the twin of a negated caption, or of an option that only denies", () => {
  const { pairs, notMade } = made(
    "x/a.jpg,1,There are no dogs.,There are some dogs.,A cat.,A bus.,positive",
    'a.jpg,0,"A kite, but no horse.",There is no kite.,A horse.,A cow.,hybrid',
    'a.jpg,0,A sheep and a cow.,"A cat, but no sheep.",There is no bus.,There is no cow here.,positive',
    "a.jpg,0,A sheep that isn't a cow.,A cow.,A cat.,A bus.,hybrid",
    'a.jpg,0,A sheep and a cow.,There is no bus.,"No sheep, but a cat.",A cat.,positive',
    "a.jpg,0,There is no dog and no cat.,A dog.,A cat.,A bus.,negative",
  );
  assertEquals(
    pairs.map(({ image, negation, caption, foil, truth, noun, negatorWord, frame }) =>
      [image, negation, caption, foil, truth, noun, negatorWord, frame].join(" | ")
    ),
    [
      "a.jpg | foil | There are some dogs. | There are no dogs. | present | dog | no | there is no …",
      "a.jpg | caption | A kite, but no horse. | A kite, but some horse. | absent | horse | no | … but no …",
      "a.jpg | foil | There is some cow here. | There is no cow here. | present | cow | no | there is no … here",
    ],
  );
  assertEquals(notMade.map(({ frame, reason, n }) => [frame, reason, n]), [
    ["all", 'its first negator is part of a word, as in "isn\'t" and "cannot"', 1],
    ["all", "no option only denies an object that the right caption names", 1],
    ["all", "the sentence has several negators", 1],
  ]);
});

Deno.test("pairsOfChoices() shows the right box of a phrase, and leaves what the phrase is about out of its frame", () => {
  const boxes = [[0, 0, 4, 4], [4.5, 4, 4, 4]];
  const row = (phrase: string, right: number) => (
    { image: "a/b.jpg", phrase, ref_bbox: boxes[right], bbox_list: boxes }
  );
  const of = (...rows: readonly unknown[]) =>
    pairsOfChoices(readChoiceFile(contentOf(JSON.stringify(rows)), "r.json")!.choices, OPTIONS);
  const { pairs, notMade } = of(
    row("the red cup without a cow", 1),
    row("the vase that is not a boat", 0),
    row("dog not on a bed", 0),
  );
  assertEquals(
    pairs.map(({ image, box, foil, frame, negation }) => [image, box, foil, frame, negation]),
    [
      ["b.jpg", boxes[1], "the red cup with a cow", "… without …", "caption"],
      ["b.jpg", boxes[0], "the vase that is now a boat", "… that is not …", "caption"],
    ] as unknown[],
  );
  const reason = '"not" does not follow a form of "be" or "have", or a modal verb';
  assertEquals(notMade.map((part) => [part.reason, part.n]), [[reason, 1]]);
  const how = { model: "m", source: "r.json", read: "3 rows", isControlled: false, bad: 0 };
  const { summary, screen } = pairsSummary({ pairs, notMade }, how);
  assertStringIncludes(summary.replace(/\s+/g, " "), `Left out 1 rows: ${reason}`);
  assertStringIncludes(screen, "1 other wordings are left out; summary.txt says why.");
  assertThrowsCode(
    () => of(row("dog not on a bed", 0)),
    `rows-too-few: none of its 1 rows has a minimal pair (${reason})`,
  );
  assertEquals(readChoiceFile(contentOf("image,present\na,b\n"), "o"), undefined);
});
