import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { assertPlainSentences } from "../plain_sentences.ts";
import type { Pair } from "../../../lib/data/pairs.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { rightness } from "../../../lib/study/effects/noise.ts";
import { blockTables } from "../../../lib/study/evaluate/blocks.ts";
import { blocksSentences, verdictOf } from "../../../lib/study/evaluate/summary.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";
import { summarize } from "../../experiments/finished.ts";
import { someRows } from "../../experiments/some_rows.ts";

/** The verdict of a model that gives each of some pairs a d on either side. */
function verdictFor(dOf: (side: Pair["negation"], k: number) => number, pairs = 20) {
  const made = Array.from(
    { length: pairs },
    (_, k) =>
      (["foil", "caption"] as const).map((negation) => {
        const [affirmative, negated] = [`There is a thing${k}.`, `There is no thing${k}.`];
        const [caption, foil] = negation === "foil"
          ? [affirmative, negated]
          : [negated, affirmative];
        const pair: Pair = { id: `${k} ${negation}`, image: "a.png", negation, caption, foil };
        const d = dOf(negation, k);
        const row = { ...pair, s_caption: d, s_foil: 0, d, segment: segmentOf(d), tokens: 7 };
        return { pair, row: row as EvaluateRow };
      }),
  ).flat();
  const [given, rows] = [made.map(({ pair }) => pair), made.map(({ row }) => row)];
  const { blocks, blockMeans } = finish(blockTables(given, rows, { seed: 0 }));
  const { tells, sentences } = verdictOf([...summarize(given, rows, { seed: 0 }).rows], {
    name: "m",
  })!;
  const ofBlocks = blocksSentences(blockMeans?.rows ?? [], blocks?.rows.length ?? 0);
  assertPlainSentences([...sentences, ...ofBlocks]);
  return { tells, sentences, ofBlocks };
}

/** A number between -1 and 1 that varies over pairs. */
const some = (k: number) => Math.sin(3 * k);

Deno.test("rightness() counts a d within the noise of S as one half", () => {
  assertEquals([2e-4, 1e-4, 0, -1e-4, -2e-4].map((d) => rightness(d)), [1, 0.5, 0.5, 0.5, 0]);
  assertEquals([1e-4, 0, -1e-4].map((d) => rightness(d, 0)), [1, 0.5, 0]);
});

Deno.test("verdictOf() says that a model tells negation where gamma and accuracy certainly do, and how many blocks are right", () => {
  const { tells, sentences, ofBlocks } = verdictFor((_, k) => 3 + some(k));
  assertEquals(tells, "yes");
  assertEquals(
    sentences[0],
    "m tells negation: the true sentence scores higher in 1.00 of 40 rows (95 % interval 0.84 to 1.00)",
  );
  assert(
    /^Understanding \(gamma\) is 1\.\d\d \(.*\) logits on 40 matched rows$/.test(sentences[1]!),
  );
  assertEquals(sentences.length, 2);
  assertStringIncludes(verdictFor(() => 3, 1).ofBlocks[0]!, "Of 1 blocks of two pictures");
  assertEquals(ofBlocks, [
    "Of 20 blocks of two pictures and two sentences, 1.00 (0.84 to 1.00) have the right sentence in both pictures, and 1.00 (0.84 to 1.00) the right picture for both sentences",
  ]);
});

Deno.test("verdictOf() does not read a model that prefers one sentence whatever the picture as telling, and says what it leans to", () => {
  // With a small part of the picture gamma is certainly above 0, but the accuracy is a half.
  const { tells, sentences } = verdictFor((side, k) =>
    (side === "foil" ? 2 : -2) + 0.1 + 0.1 * some(k)
  );
  assertEquals(tells, "no");
  assertStringIncludes(
    sentences[0]!,
    "m does not tell negation here: the true sentence scores higher in 0.50 of 40 rows (95",
  );
  assertEquals(sentences[1], "Mean |d| is 2.00 logits, and 0.00 of the rows are ambiguous");
  assertStringIncludes(
    sentences[2]!,
    "matched rows; the model leans to the affirmative sentence by 2.00 logits (2 alpha), whatever the picture",
  );
  assertEquals(sentences.slice(3), [NO_FINDING]);
  const negated = verdictFor((side, k) => (side === "foil" ? -2 : 2) + 0.1 * some(k));
  assertStringIncludes(negated.sentences[2]!, "leans to the negated sentence by 2.00");
  const both = verdictFor((side, k) => (side === "foil" ? -0.5 : 4) + 0.1 * some(k) + k / 20);
  assertEquals(both.tells, "yes"); // leaning alone says little of it
});

Deno.test("verdictOf() tells the bias of a model that is right on both sides", () => {
  const { sentences } = verdictFor((side, k) => (side === "foil" ? 4 : 1) + 0.1 * some(k));
  assertStringIncludes(sentences[1]!, "the model leans to the affirmative sentence by 1.50");
});

const NO_FINDING = 'What follows is what the word "no" moves in this model, not understanding';

Deno.test("verdictOf() asks for gamma of matched rows beside the accuracy, above that of random towers", () => {
  const side = {
    n: 40,
    accuracy: 0.6,
    accuracy_low: 0.55,
    accuracy_high: 0.65,
    ties: 0,
    mean_abs_d: 2,
    ambiguous: 1,
  };
  const read = (both: object, chance?: number) =>
    verdictOf(
      someRows([{ negation: "all", ...side }, {
        negation: "both",
        gamma: 0.2,
        alpha: 0,
        rows_matched: 30,
        ...both,
      }]),
      { chance },
    )!;
  assertEquals(
    read({ gamma_low: 0.1, gamma_high: 0.3, alpha_low: -1, alpha_high: 1 }).tells,
    "yes",
  );
  assertEquals(
    read({ gamma_low: -0.1, gamma_high: 0.3, alpha_low: -1, alpha_high: 1 }).tells,
    "no",
  );
  assertEquals(
    read({ gamma_low: 1e-8, gamma_high: 3e-8, alpha_low: 0, alpha_high: 0 }).tells,
    "no",
  ); // rounding
  const sure = { gamma_low: 0.1, gamma_high: 0.3, alpha_low: -1, alpha_high: 1 };
  assertEquals([0.19, 0.2].map((chance) => read(sure, chance).tells), ["yes", "no"]);
  assert(
    read(sure, 0.2).sentences.includes(
      "A tower with random weights reaches a gamma of 0.20 by chance",
    ),
  );
  const oneSided = someRows([{ negation: "all", ...side }, { negation: "caption", n: 0 }]);
  assertEquals(
    verdictOf(oneSided)!.sentences[0],
    "Whether the model tells negation cannot be told: no row has a negated caption",
  );
  const { tells, sentences } = read({});
  assertEquals([tells, ...sentences], [
    "unknown",
    "Whether the model tells negation cannot be told: too few rows have the same two sentences, or the same frame, on both sides",
    "The true sentence scores higher in 0.60 of 40 rows (95 % interval 0.55 to 0.65)",
    "Over all rows gamma is 0.20 and alpha 0.00 logits; where the sides have other sentences, gamma takes up some of the bias",
    'What follows is what the word "no" moves in this model, be it understanding or not',
  ]);
});

Deno.test("verdictOf() tells a lean of one side alone, whose sentence is certainly taken wrongly, where alpha is not certain", () => {
  const leaning = (alpha: number, wrong: readonly string[], sure = false) => {
    const sides = ["foil", "caption"].map((negation) => (
      { negation, n: 40, mean_d_high: wrong.includes(negation) ? -0.1 : 0.1 }
    ));
    const all = { negation: "all", n: 80, accuracy: 0.5, accuracy_low: 0.4, accuracy_high: 0.6 };
    const bounds = sure
      ? { alpha_low: alpha, alpha_high: alpha }
      : { alpha_low: -2, alpha_high: 2 };
    const both = { negation: "both", gamma: 0, gamma_low: -1, gamma_high: 1, alpha, ...bounds };
    const { sentences } = verdictOf(someRows([...sides, all, both]))!;
    return /leans to the (\w+) sentence by ([\d.]+)/.exec(sentences.join())?.slice(1) ?? [];
  };
  assertEquals(leaning(0.25, ["caption"]), ["affirmative", "0.50"]);
  assertEquals(leaning(-0.25, ["foil"]), ["negated", "0.50"]);
  const none = [[0.25, ["foil"]], [-0.25, ["caption"]], [0.25, ["foil", "caption"]], [0.25, []]];
  for (const [alpha, wrong] of none) {
    assertEquals(leaning(alpha as number, wrong as string[]), [], `${alpha} ${wrong}`);
  }
  assertEquals([leaning(0.02, [], true), leaning(1e-4, [], true)], [["affirmative", "0.04"], []]);
});

Deno.test("verdictOf() of one pair says which sentence is preferred, or that none is", () => {
  const told = (d: number) => {
    const segment = segmentOf(d);
    return verdictOf(someRows([{ negation: "all", n: 1, mean_d: d, [segment]: 1 }]))!.sentences;
  };
  assertEquals([2, -2, 0.5].map(told), [
    ["the model prefers the true sentence: d = 2.00 logits"],
    ["the model prefers the false sentence: d = -2.00 logits"],
    [
      "the model hardly tells the two sentences apart: d = 0.50 logits, of which shares say little",
    ],
  ]);
  assertStringIncludes(verdictFor(() => 2, 1).sentences[0]!, "cannot be told with so few rows");
});

Deno.test("verdictOf() says that wrong sentences are preferred only if that is certain", () => {
  const { tells, sentences } = verdictFor((_, k) => -3 + some(k));
  assertEquals(tells, "reversed");
  assert(sentences[0]!.startsWith("m takes negation the wrong way round: "));
  assert(!sentences.some((text) => text.includes("leans")));
  const ties = verdictFor(() => 0);
  assertEquals([ties.tells, ...ties.sentences], [
    "unknown",
    "Whether m tells negation cannot be told: all rows are ties",
    NO_FINDING,
  ]);
  assertEquals(verdictFor((_, k) => k < 10 ? 0 : -3).tells, "reversed"); // accuracy .25
  assertEquals(verdictFor((_, k) => k < 18 ? 0 : -3).tells, "no"); // .45: ties are no losses
});

Deno.test("verdictOf() tells small differences, and few rows, beside the accuracy", () => {
  const small = verdictFor((_, k) => 0.03 + 0.01 * some(k));
  assertEquals([small.tells, small.sentences[1]], [
    "yes",
    "The differences are small: mean |d| is 0.03 logits, and 1.00 of the rows are ambiguous",
  ]);
  assertEquals(verdictFor((_, k) => k % 2 === 0 ? 1.5 : 0.5).sentences.length, 2); // a mean |d| of 1 is not small
  assertEquals(verdictFor(() => 2, 3).sentences, [
    "Whether m tells negation cannot be told with so few rows: the true sentence scores higher in 1.00 of 6 rows",
  ]);
  assertEquals(verdictOf(someRows([{ negation: "all", n: 0 }])), undefined);
});
