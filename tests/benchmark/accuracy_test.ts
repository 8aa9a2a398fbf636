import { assertAlmostEquals, assertEquals } from "@std/assert";
import { accuracyFigures, accuracyRows, shareEstimate } from "../../lib/benchmark/accuracy.ts";
import { type Choice, countedByRule, countRow, questionSum } from "../../lib/benchmark/choice.ts";
import { textScores } from "../../lib/benchmark/text_scorers.ts";
import { readBenchmark } from "../../lib/benchmark/formats/all.ts";

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

Deno.test("countRow() counts the oracle's scores as the oracle does", () => {
  for (const [name, { right, first, tied, ...golden }] of Object.entries(ANSWERS)) {
    const scores = goldenScores(name);
    const counted = scores.map((row, i) => countRow(row, right[i]!));
    assertEquals(counted.map(({ tied }) => tied), tied, name);
    assertEquals(counted.map((row) => row.first), first.map((place, i) => place === right[i]));
    const mean = counted.reduce((sum, { share }) => sum + share, 0) / counted.length;
    assertAlmostEquals(mean, golden.accuracy, 1e-12, name); // sums of float64 in another order
  }
});

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
    const rows = accuracyFigures(
      accuracyRows(choices, goldenScores(name), { ...options, clusters }),
    );
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
  ...{ id: "a", row: 0, pictures: [{ image: "a.png" }], right: 0 },
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
});

Deno.test("a row counts 1/k where k options share the largest score, and by the rules of scripts", () => {
  assertEquals(countRow([2, 1, 2, 0], 2), { share: 1 / 2, first: false, tied: 2 });
  assertEquals(countRow([1, 2, 2], 0), { share: 0, first: false, tied: 2 });
  const byRule = (scores: readonly number[]) =>
    (["first", "strict"] as const).map((rule) => countedByRule(scores, 0, rule));
  assertEquals(byRule([2, 1]), [true, true]);
  assertEquals(byRule([1, 1]), [true, false]);
  assertEquals(byRule([1, 2]), [false, false]);
});

Deno.test("a share has Wilson's interval, and one with ties the bootstrap's", () => {
  const clusters = Array.from({ length: 20 }, (_, i) => `${i}`);
  const { estimate, low } = shareEstimate(Array(20).fill(1), { clusters, seed: 0 });
  assertEquals(estimate, 1);
  assertAlmostEquals(low!, 20 / (20 + 1.959964 ** 2), 1e-6); // Wilson's for n of n
  const tied = shareEstimate(Array(20).fill(1 / 2), { clusters, seed: 0 });
  assertEquals(tied, { estimate: 1 / 2, low: 1 / 2, high: 1 / 2 });
});

const NOUNS = "dog cat bus car boat bird horse bench table cup".split(" ");

/** Rows of each noun with these right sentences. */
function rowsOf(rights: readonly number[], sentencesOf: (noun: string) => string[]): Choice[] {
  const rows = NOUNS.flatMap((noun) => rights.map((right, i) => ({ noun, right, i })));
  return rows.map(({ noun, right, i }, row) => (
    { id: `${row}`, row, pictures: [{ image: `${i}.jpg` }], sentences: sentencesOf(noun), right }
  ));
}

Deno.test("scorers that see no image solve a set whose foils are all negated, and are at chance on a balanced one", () => {
  const blind = (choices: readonly Choice[], published = false) => {
    const scores = choices.map(() => [0, 0]);
    const clusters = choices.map(({ id }) => id);
    const options = { rule: "first", published, seed: 1, clusters } as const;
    const [all] = accuracyRows(choices, scores, options);
    return [all!.longest, all!.shortest, all!.negated, all!.bag_of_words, all!.chance];
  };
  const denying = (noun: string) => [`There is a ${noun}.`, `There is no ${noun}.`];
  const half = Array(5).fill(1 / 2);
  assertEquals(blind(rowsOf([0], denying)), [0, 1, 0, 1, 1 / 2]);
  assertEquals(blind(rowsOf([0, 1], denying)), half); // the same words are right and wrong
  const oneSentence = NOUNS.map((noun, row): Choice => ({
    ...{ id: noun, row, sentences: [`no ${noun}`], right: 0 },
    pictures: [{ image: "a.jpg", box: [0, 0, 1, 1] }, { image: "a.jpg", box: [1, 1, 1, 1] }],
  }));
  assertEquals(blind(oneSentence, true), half); // a tie is 1/k also where the script of the set takes the first option
});

Deno.test("countRow() shares the largest score among options that are as near as a tie", () => {
  const scores = [1, 1 - 5e-5, 0.9];
  assertEquals([0, 1, 2].map((right) => countRow(scores, right, 1e-4).share), [0.5, 0.5, 0]);
  assertEquals(countRow(scores, 1), { share: 0, first: false, tied: 1 });
});

Deno.test("the bag of words learns nothing of a noun from its own rows", () => {
  const choices = rowsOf(
    [0, 0],
    (noun) => [`right${noun}: no ${noun}`, `wrong${noun}: no ${noun}`],
  );
  const { bag_of_words } = textScores(choices, 0);
  assertEquals(bag_of_words.map(([right, wrong]) => right === wrong), choices.map(() => true));
});

Deno.test("the group of What'sUp's photographs is the relation in their names", () => {
  const names = ["mug_left_of_plate", "cap_in-front_of_can", "cup_on_table", "photo"];
  const rows = names.map((name) => ({ image_path: `a/${name}.jpeg`, caption_options: ["x", "y"] }));
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  const { choices } = readBenchmark(bytes, { source: "a.json", published: false });
  assertEquals(choices.map(({ group }) => group), ["left", "in-front", "on", undefined]);
});
