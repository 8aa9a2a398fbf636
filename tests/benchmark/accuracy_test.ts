import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import {
  accuracyFigures,
  blockFigures,
  choicesTable,
  shareEstimate,
  sidesOutcome,
} from "../../lib/benchmark/accuracy.ts";
import { type Choice, countedByRule, countRow, questionSum } from "../../lib/benchmark/choice.ts";
import { textScores } from "../../lib/benchmark/text_scorers.ts";
import { readBenchmark } from "../../lib/benchmark/formats/all.ts";
import { assertPlainSentences } from "../study/plain_sentences.ts";
import { blockFindings, figuresChart } from "../../lib/benchmark/findings.ts";

const FILES = new URL("../fixtures/benchmarks/", import.meta.url);

interface Answers {
  readonly right: readonly number[];
  readonly first: readonly number[];
  readonly tied: readonly number[];
  readonly accuracy: number;
  readonly accuracy_first: number;
  readonly groups: Readonly<Record<string, Omit<Answers, "groups"> & { readonly rows: number }>>;
}

const ANSWERS: Readonly<Record<string, Answers>> = JSON.parse(
  Deno.readTextFileSync(new URL("golden/answers.json", FILES)),
);

function goldenScores(name: string): number[][] {
  const rows: number[][] = [];
  const text = Deno.readTextFileSync(new URL(`golden/${name}.csv`, FILES));
  for (const line of text.trim().split(/\r?\n/).slice(1)) {
    const [row, option, score] = line.split(",").map(Number) as [number, number, number];
    (rows[row] ??= [])[option] = score;
  }
  return rows;
}

Deno.test("benchmark.csv has the oracle's accuracies, of all rows and of each group", () => {
  const files = {
    negbench_mcq: "negbench_mcq.csv",
    negrefcocog: "negrefcocog.json",
    aro_relation: "aro_relation.json",
    choices: "choices.csv",
  };
  for (const [name, file] of Object.entries(files)) {
    const bytes = Deno.readFileSync(new URL(`files/${file}`, FILES));
    const { choices } = readBenchmark(bytes, { source: file, published: false });
    const options = { rule: "first", published: false, seed: 0 } as const;
    const clusters = choices.map(({ id }) => id);
    const rows = accuracyFigures(choices, goldenScores(name), { ...options, clusters });
    const { groups, ...all } = ANSWERS[name]!;
    for (
      const [group, golden] of Object.entries({
        ...groups,
        all: { ...all, rows: all.right.length },
      })
    ) {
      for (const measure of ["accuracy", "accuracy_first"] as const) {
        const row = rows.find((row) => row.group === group && row.measure === measure)!;
        assertEquals([group, row.n], [group, golden.rows]);
        assertAlmostEquals(row.value!, golden[measure], 1e-12);
      }
    }
  }
});

const QUESTION: Choice = {
  ...{ id: "a", row: 0, where: "row 1", pictures: [{ image: "a.png" }], right: 0 },
  sentences: ["a dog", "no dog", "a cat", "no cat"],
};

Deno.test("questionSum() is another where a sentence, a picture, its part or the right option is, whatever the row is called", () => {
  const others: readonly Partial<Choice>[] = [
    { sentences: ["a dog", "no dog", "a cat", "no cats"] },
    { sentences: ["no dog", "a dog", "a cat", "no cat"] },
    { pictures: [{ image: "b.png" }] },
    { pictures: [{ image: "a.png", box: [0, 0, 1, 1] }] },
    { right: 1 },
    { query: "a dog" },
  ];
  const sums = [{}, ...others].map((other) => questionSum({ ...QUESTION, ...other }));
  assertEquals(new Set(sums).size, sums.length);
  assertEquals(questionSum({ ...QUESTION, id: "b", row: 7, group: "c" }), sums[0]);
  assertMatch(sums[0]!, /^[\da-f]{16}$/);
});

Deno.test("a row counts 1/k where k options share the largest score, and by the rules of scripts", () => {
  assertEquals(countRow([2, 1, 2, 0], 2), { share: 1 / 2, first: false, tied: 2 });
  assertEquals(countRow([1, 2, 2], 0), { share: 0, first: false, tied: 2 });
  const near = [1, 1 - 5e-5, 0.9]; // the first two are as near as a tie
  assertEquals([0, 1, 2].map((right) => countRow(near, right, 1e-4).share), [0.5, 0.5, 0]);
  assertEquals(countRow(near, 1), { share: 0, first: false, tied: 1 });
  const byRule = (scores: readonly number[]) =>
    (["first", "strict"] as const).map((rule) => countedByRule(scores, 0, rule));
  assertEquals(byRule([2, 1]), [true, true]);
  assertEquals(byRule([1, 1]), [true, false]);
  assertEquals(byRule([1, 2]), [false, false]);
});

Deno.test("a share has Wilson's interval, and one with ties the bootstrap's", () => {
  const clusters = Array.from({ length: 20 }, (_, i) => `${i}`);
  const of = (share: number) => shareEstimate(Array(20).fill(share), { clusters, seed: 0 });
  const z = 1.959964 ** 2;
  assertAlmostEquals(of(1).low!, 20 / (20 + z), 1e-6); // Wilson's for n of n
  assertAlmostEquals(of(0).high!, z / (20 + z), 1e-6);
  assertEquals(of(1 / 2), { estimate: 1 / 2, low: 1 / 2, high: 1 / 2 });
});

const NOUNS = "dog cat bus car boat bird horse bench table cup".split(" ");

/** Rows of each noun with these right sentences. */
function rowsOf(rights: readonly number[], sentencesOf: (noun: string) => string[]): Choice[] {
  const rows = NOUNS.flatMap((noun) => rights.map((right, i) => ({ noun, right, i })));
  return rows.map(({ noun, right, i }, row) => (
    {
      ...{ id: `${row}`, row, where: `row ${row + 1}`, pictures: [{ image: `${i}.jpg` }] },
      ...{ sentences: sentencesOf(noun), right },
    }
  ));
}

Deno.test("scorers that see no image solve a set whose foils are all negated, and are at chance on a balanced one", () => {
  const blind = (choices: readonly Choice[], published = false) => {
    const scores = choices.map(() => [0, 0]);
    const clusters = choices.map(({ id }) => id);
    const options = { rule: "first", published, seed: 1, clusters } as const;
    const figures = accuracyFigures(choices, scores, options);
    return ["longest", "shortest", "negated", "bag_of_words", "chance"]
      .map((name) => figures.find(({ measure }) => measure === name)!.value);
  };
  const denying = (noun: string) => [`There is a ${noun}.`, `There is no ${noun}.`];
  const half = Array(5).fill(1 / 2);
  assertEquals(blind(rowsOf([0], denying)), [0, 1, 0, 1, 1 / 2]);
  assertEquals(blind(rowsOf([0, 1], denying)), half); // the same words are right and wrong
  const oneSentence = NOUNS.map((noun, row): Choice => ({
    ...{ id: noun, row, where: noun, sentences: [`no ${noun}`], right: 0 },
    pictures: [{ image: "a.jpg", box: [0, 0, 1, 1] }, { image: "a.jpg", box: [1, 1, 1, 1] }],
  }));
  assertEquals(blind(oneSentence, true), half); // a tie is 1/k also where the script of the set takes the first option
});

Deno.test("the bag of words learns nothing of a noun from its own rows", () => {
  const choices = rowsOf(
    [0, 0],
    (noun) => [`right${noun}: no ${noun}`, `wrong${noun}: no ${noun}`],
  );
  const { bag_of_words } = textScores(choices, 0);
  assertEquals(bag_of_words.map(([right, wrong]) => right === wrong), choices.map(() => true));
  const said = ["cat", "dog"].map((noun, row): Choice => (
    { ...QUESTION, row, sentences: [`good no ${noun}`, `bad no ${noun}`] }
  ));
  // of one right and one wrong option of the other noun: ln(2/3) - ln(1/3) for "good", and as much less for "bad"
  for (const scores of textScores(said, 0).bag_of_words) {
    scores.forEach((score, i) => assertAlmostEquals(score, [Math.LN2, -Math.LN2][i]!, 1e-12));
  }
});

Deno.test("the group of What'sUp's photographs is the relation in their names", () => {
  const names = ["mug_left_of_plate", "cap_in-front_of_can", "cup_on_table", "photo"];
  const rows = names.map((name) => ({ image_path: `a/${name}.jpeg`, caption_options: ["x", "y"] }));
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  const { choices } = readBenchmark(bytes, { source: "a.json", published: false });
  assertEquals(choices.map(({ group }) => group), ["left", "in-front", "on", undefined]);
});

const BLOCK: Choice = {
  ...{ id: "a", row: 0, where: "row 1", right: 0 },
  pictures: [{ image: "a.png" }, { image: "b.png" }],
  sentences: ["a dog", "no dog"],
};

const HOW = { rule: "strict", published: false, seed: 0 } as const;

function scored(scores: readonly number[]) {
  return blockFigures([BLOCK], [scores], { ...HOW, clusters: ["a"] })
    .filter(({ measure }) => ["text", "image", "group"].includes(measure))
    .map(({ value }) => value);
}

Deno.test("a constant model is at chance in all three scores, and one blind to picture or sentence at 0 in one", () => {
  assertEquals(scored([1, 1, 1, 1]), [1 / 4, 1 / 4, 1 / 6]);
  assertEquals(scored([2, 1, 2, 1]), [0, 1 / 4, 0]); // the same for both pictures
  assertEquals(scored([2, 2, 1, 1]), [1 / 4, 0, 0]); // the same for both sentences
  assertEquals(scored([3, 1, 2, 4]), [1, 1, 1]);
  assertEquals(scored([3, 1, 3, 4]), [1, 1 / 2, 1 / 2]);
  assertEquals(scored([1, 1, 1, 2]), [1 / 2, 1 / 2, 1 / 3]); // orders of three with the right one first
  assertEquals(scored([1, 0, 1, 1]), [1 / 2, 1 / 2, 1 / 3]);
});

Deno.test("scores in a random order are at 1/4, 1/4 and 1/6, and a group is right if understanding outweighs both leanings", () => {
  const orders = [0, 1, 2, 3].flatMap((a) =>
    [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].map((c) => [a, b, c, 6 - a - b - c]))
  ).filter((order) => new Set(order).size === 4 && order.every((i) => i >= 0 && i < 4));
  assertEquals(orders.length, 24);
  const means = [0, 1, 2].map((i) =>
    orders.reduce((sum, order) => sum + scored(order)[i]! / 24, 0)
  );
  [1 / 4, 1 / 4, 1 / 6].forEach((chance, i) => assertAlmostEquals(means[i]!, chance, 1e-12));
  for (const [a, b, c, d] of orders as [number, number, number, number][]) {
    const [gamma, alpha, beta] = [(a - b - c + d) / 4, (a - b + c - d) / 4, (a + b - c - d) / 4];
    assertEquals(scored([a, b, c, d]), [
      Number(gamma > Math.abs(alpha)),
      Number(gamma > Math.abs(beta)),
      Number(gamma > Math.max(Math.abs(alpha), Math.abs(beta))),
    ]);
  }
});

Deno.test("a block has two right options of four, and three scores among the figures, in words and in the chart", () => {
  const scores = [[3, 1, 3, 4]];
  assertEquals(choicesTable([BLOCK], scores).rows.map(({ option, right }) => [option, right]), [
    ...[[0, 1], [1, 0], [2, 0], [3, 1]],
  ]);
  const how = { ...HOW, clusters: ["a"], random: [[1, 1, 1, 1]] };
  const lines = blockFigures([BLOCK], scores, how);
  assertEquals(
    lines.filter(({ by }) => by === "all").map(({ measure, value }) => [measure, value]),
    [
      ...[["text", 1], ["text_published", 1], ["text_chance", 1 / 4]],
      ...[["text_random_weights", 1 / 4], ["image", 1 / 2], ["image_published", 0]],
      ...[["image_chance", 1 / 4], ["image_random_weights", 1 / 4], ["group", 1 / 2]],
      ...[["group_published", 0], ["group_chance", 1 / 6], ["group_random_weights", 1 / 6]],
      ["ties", 1],
    ],
  );
  const { sentences, tables } = blockFindings(lines, { name: "it", rule: "strict" });
  assertEquals(tables!.map(({ lines }) => lines.map(({ measure, script }) => [measure, script])), [
    [["text", 1], ["image", 0], ["group", 0]],
  ]);
  const grouped = blockFigures([{ ...BLOCK, group: "g" }], scores, { ...how, rule: undefined });
  const { tables: [all, byGroup] = [] } = blockFindings(grouped, { name: "it" });
  assertEquals("script" in all!.lines[0]!, false);
  assertEquals(byGroup!.lines, [{ rows: "group: g", n: 1, text: 1, image: 1 / 2, group: 1 / 2 }]);
  assertPlainSentences(sentences!);
  const last = "It has 0.50 right of both at once (group score); chance is 0.17";
  assertEquals([sentences![0], sentences!.at(-1)], ["The rows are too few for an interval", last]);
  const options = { sources: { model: [], data: [] }, clusters: "images" };
  const spec = JSON.stringify(figuresChart(lines, options));
  for (const text of ["text score", "image score", "group score", "random weights"]) {
    assertEquals(spec.includes(text), true, text);
  }
});

Deno.test("a model is said to be no better than chance if the interval of its group score does not lie above it", () => {
  const isSaid = (right: number) => {
    const choices = Array.from({ length: 40 }, (_, row) => ({ ...BLOCK, id: `${row}`, row }));
    const scores = choices.map((_, row) => row < right ? [3, 1, 2, 4] : [1, 3, 2, 0]);
    const how = { ...HOW, clusters: choices.map(({ id }) => id) };
    const [first] = blockFindings(blockFigures(choices, scores, how), { name: "it" }).sentences!;
    return first!.includes("better than chance");
  };
  assertEquals([isSaid(7), isSaid(30)], [true, false]);
});

/** Of ten nouns a picture that shows each and one that does not; the second sentence is right in every other row. */
const CHOICES = Array.from({ length: 20 }, (_, row): Choice => {
  const [affirmative, negated] = [`There is a thing${row >> 1}.`, `There is no thing${row >> 1}.`];
  const sentences = row % 4 < 2 ? [affirmative, negated] : [negated, affirmative];
  const isThere = row % 2 === 0;
  const right = sentences.indexOf(isThere ? affirmative : negated);
  const named = { id: `q${row}`, row, where: `q${row}` };
  return { ...named, pictures: [{ image: `${row}.png` }], sentences, right };
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
