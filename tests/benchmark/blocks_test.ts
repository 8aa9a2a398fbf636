import { assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { blockRows, choicesTable, shareAbove } from "../../lib/benchmark/accuracy.ts";
import { type Choice, isBlock } from "../../lib/benchmark/choice.ts";
import { readBenchmark } from "../../lib/benchmark/formats/all.ts";
import { assertPlainSentences } from "../study/plain_sentences.ts";
import { blockFindings, figuresChart } from "../../lib/benchmark/findings.ts";
import { measureLines } from "../../lib/benchmark/tables.ts";

const FILES = new URL("../fixtures/benchmarks/", import.meta.url);

type Golden = Readonly<Record<string, { readonly strict: number; readonly ties: number }>> & {
  readonly rows: number;
};

const ANSWERS: Readonly<Record<string, Readonly<Record<string, Golden>>>> = JSON.parse(
  Deno.readTextFileSync(new URL("golden/blocks.json", FILES)),
);

function blocksOf(file: string) {
  const bytes = Deno.readFileSync(new URL(`files/${file}`, FILES));
  const read = readBenchmark(bytes, { source: file, published: false });
  const golden = new URL(`golden/${file.replace(/\..*/, "")}.csv`, FILES);
  const lines = parse(Deno.readTextFileSync(golden), { skipFirstRow: true });
  const rows = [...Map.groupBy(lines, ({ row }) => row)];
  assertEquals(read.choices.map(({ row }) => `${row}`), rows.map(([row]) => row));
  return { ...read, scores: rows.map(([, four]) => four.map(({ score }) => Number(score))) };
}

Deno.test("text, image and group score are the oracle's, of all rows and of groups, with ties and as scripts count", () => {
  for (const file of ["winoground.jsonl", "bivlc.csv", "beaf.json"]) {
    const { choices, scores, bad, format, leftOut, rows } = blocksOf(file);
    const name = file.replace(/\..*/, "");
    assertEquals([format.name, bad, choices.every(isBlock)], [name, [], true]);
    assertEquals(choices.length + leftOut.reduce((sum, { n }) => sum + n, 0), rows);
    for (const [group, golden] of Object.entries(ANSWERS[name]!)) {
      for (const published of [false, true]) {
        const clusters = choices.map(({ id }) => id);
        const how = { rule: format.rule, published, seed: 0, clusters };
        const own = blockRows(choices, scores, how)
          .filter((row) => row.group === group && row.by === (group === "all" ? "all" : "group"));
        assertEquals(own.map(({ measure }) => measure), ["text", "image", "group"]);
        for (const row of own) {
          const { strict, ties } = golden[row.measure]!;
          assertEquals(row.n, golden.rows);
          // sums of float64 in another order
          assertAlmostEquals(row.value.estimate!, published ? strict : ties, 1e-12, group);
          assertEquals(row.published === undefined, format.rule === undefined);
          assertAlmostEquals(row.published ?? strict, strict, 1e-12);
        }
      }
    }
  }
});

const BLOCK: Choice = {
  ...{ id: "a", row: 0, right: 0 },
  pictures: [{ image: "a.png" }, { image: "b.png" }],
  sentences: ["a dog", "no dog"],
};

const HOW = { rule: "strict", published: false, seed: 0 } as const;

function scored(scores: readonly number[]) {
  return blockRows([BLOCK], [scores], { ...HOW, clusters: ["a"] })
    .map(({ value }) => value.estimate);
}

Deno.test("a constant model is at chance in all three scores, and one blind to picture or sentence at 0 in one", () => {
  assertEquals(scored([1, 1, 1, 1]), [1 / 4, 1 / 4, 1 / 6]);
  assertEquals(scored([2, 1, 2, 1]), [0, 1 / 4, 0]); // the same for both pictures
  assertEquals(scored([2, 2, 1, 1]), [1 / 4, 0, 0]); // the same for both sentences
  assertEquals(scored([3, 1, 2, 4]), [1, 1, 1]);
  assertEquals(scored([3, 1, 3, 4]), [1, 1 / 2, 1 / 2]);
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

Deno.test("of tied scores the share is that of the orders in which the right ones come first", () => {
  assertEquals(shareAbove([1], [1]), 1 / 2);
  assertEquals(shareAbove([1, 2], [1, 0]), 1 / 2);
  assertEquals(shareAbove([1, 2], [1, 1]), 1 / 3);
  assertEquals(shareAbove([1, 1], [0, 1]), 1 / 3);
  assertEquals(shareAbove([1, 1], [1, 1]), 1 / 6);
  assertEquals(shareAbove([1, 2], [3, 0]), 0);
});

Deno.test("a block has two right options of four, and three scores among the figures, in words and in the chart", () => {
  const scores = [[3, 1, 3, 4]];
  assertEquals(choicesTable([BLOCK], scores).rows.map(({ option, right }) => [option, right]), [
    ...[[0, 1], [1, 0], [2, 0], [3, 1]],
  ]);
  const how = { ...HOW, clusters: ["a"], random: [[1, 1, 1, 1]] };
  const rows = blockRows([BLOCK], scores, how);
  const lines = measureLines(rows);
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
  const { sentences } = blockFindings(rows, { name: "it", rule: "strict" });
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
    const [first] = blockFindings(blockRows(choices, scores, how), { name: "it" }).sentences!;
    return first!.includes("better than chance");
  };
  assertEquals([isSaid(7), isSaid(30)], [true, false]);
});
