import { assertEquals } from "@std/assert";
import {
  accuracyFindings,
  figuresChart,
  publishedFinding,
  retrievalFindings,
} from "../../lib/benchmark/findings.ts";
import { assertPlainSentences } from "../study/plain_sentences.ts";
import { accuracyFigures } from "../../lib/benchmark/accuracy.ts";
import type { Choice } from "../../lib/benchmark/choice.ts";
import { figureLines } from "../../lib/benchmark/tables.ts";

Deno.test("a benchmark names the model, and says first that it may be no better than chance or than who sees no picture", () => {
  const said = (low: number | undefined) => {
    const estimate = { estimate: 0.6, low, high: 0.9 };
    const blind = { bag_of_words: 0.5, longest: 0.55, shortest: 0.5, negated: 0.5 };
    const rows = { group: "all", n: 60 };
    const chosen = { accuracy: estimate, chance: 0.5, ...blind };
    const found = { r1: estimate, r1_chance: 0.5 };
    return [
      accuracyFindings(figureLines({ ...rows, by: "all" }, chosen), { name: "shapes" }),
      retrievalFindings(figureLines({ ...rows, by: "text_to_image" }, found), {
        ...{ name: "shapes", repeated: 0 },
      }),
    ].map(({ sentences }) => {
      assertPlainSentences(sentences!);
      return sentences!;
    });
  };
  assertEquals(said(0.5), [[
    "shapes does not certainly choose better than chance here",
    "shapes chooses the right option in 0.60 of 60 rows (95 % interval 0.50 to 0.90); chance is 0.50",
    "Without a look at the picture, longest gets 0.55, so that the sentences alone may be enough",
  ], [
    "shapes does not certainly find images better than chance here",
    "shapes puts the picture of a caption first among all in 0.60 of 60 captions (95 % interval 0.50 to 0.90); chance is 0.500",
  ]]);
  assertEquals(said(0.56).map(({ length }) => length), [2, 1]);
  assertEquals(said(0.56)[0]!.at(-1), "Without a look at the picture, longest gets 0.55");
  assertEquals(said(undefined)[0]![0], "The rows are too few for an interval");
});

Deno.test("the table of accuracy has all rows, then at most 16 groups, and notes say what is left and how ties count", () => {
  const how = { rule: "strict", published: false, seed: 0 } as const;
  const of = (groups: number) => {
    const choices = Array.from({ length: groups }, (_, i) => (
      { ...CHOICES[0]!, id: `${i}`, row: i, group: `g${i}` }
    ));
    const scores = choices.map(() => [1, 0, 0, 0]);
    const rows = accuracyFigures(choices, scores, {
      ...how,
      clusters: choices.map(({ id }) => id),
    });
    const { tables, notes } = accuracyFindings(rows, { name: "m", rule: "strict" });
    return { names: tables![0]!.lines.map(({ rows }) => rows), notes: notes! };
  };
  assertEquals(of(2).names, ["all", "group: g0", "group: g1"]);
  const { names, notes } = of(18);
  assertEquals([names.length, names.at(-1)], [17, "group: g15"]);
  assertEquals(notes, [
    "2 further groups are in benchmark.csv",
    "Intervals are Wilson's, and the bootstrap's where ties count in part",
    "The script of the set counts a row as right only if the right option is above all others",
  ]);
  const { notes: unscripted } = accuracyFindings(
    accuracyFigures(CHOICES, [[1, 0, 0, 0], [0, 1, 0, 0]], {
      ...how,
      rule: undefined,
      clusters: ["a", "b"],
    }),
    { name: "m", unscripted: "No script belongs to a list" },
  );
  assertEquals(unscripted!.at(-1), "No script belongs to a list");
});

Deno.test("published figures stand with four digits, be it one, and a run's own is asked for where it is missing", () => {
  assertEquals(publishedFinding([]), {});
  const { tables, notes } = publishedFinding([{ published: 0.5, "this run": undefined }]);
  assertEquals([tables![0]!.lines.length, tables![0]!.digits, notes!.length], [1, 4, 1]);
});

const CHOICES = ["cat", "dog"].map((noun, row): Choice => ({
  ...{ id: noun, row, where: noun },
  pictures: [{ image: `${row}.jpg` }],
  sentences: [`a ${noun}`, `no ${noun}`, "a cow", "no cow"],
  right: row,
}));

Deno.test("the chart of accuracy names its bars downwards, and chance is a line across them", () => {
  const scores = CHOICES.map(() => [1, 0, 0, 0]);
  const how = { rule: "first", published: false, seed: 0, clusters: ["a", "b"] } as const;
  const rows = accuracyFigures(CHOICES, scores, how);
  const sources = { model: [], data: [] };
  const spec = JSON.stringify(figuresChart(rows, { sources, clusters: "images" }));
  const { data, layer } = JSON.parse(spec);
  const values: readonly { readonly name: string; readonly value: number }[] = data.values;
  const shown = values.slice(0, 2).map(({ name, value }) => [name, value]);
  assertEquals(shown, [["all rows", 0.5], ["longest", 0.25]]);
  const [bar, line] = [layer[0], layer.at(-1)];
  assertEquals([bar.encoding.x.field, bar.encoding.y.field], ["value", "name"]);
  assertEquals([Object.keys(line.encoding)[0], line.data.values[0].at], ["x", 0.25]);
  assertEquals(spec.includes("random weights"), false);
});
