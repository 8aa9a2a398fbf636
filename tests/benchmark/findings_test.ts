import { assertEquals } from "@std/assert";
import { accuracyFindings, figuresChart, retrievalFindings } from "../../lib/benchmark/findings.ts";
import { someRows } from "../experiments/some_rows.ts";
import { accuracyFigures, accuracyRows } from "../../lib/benchmark/accuracy.ts";
import type { Choice } from "../../lib/benchmark/choice.ts";

const BLIND = { bag_of_words: 0.5, longest: 0.5, shortest: 0.5, negated: 0.5 };

Deno.test("a benchmark says first that a model is no better than chance, if its interval does not lie above it", () => {
  const isSaid = (low: number | undefined) => {
    const estimate = { estimate: 0.6, low, high: 0.9 };
    const row = { ...BLIND, by: "all", n: 60, accuracy: estimate, chance: 0.5 };
    const line = { by: "text_to_image", measure: "r1", value: estimate, chance: 0.5, n: 60 };
    const format = someRows([{ rule: undefined }])[0]!;
    return [
      accuracyFindings(someRows([row]), format),
      retrievalFindings(someRows([line, line, line, line]), { repeated: 0 }),
    ].map(({ sentences }) => sentences![0]!.includes("better than chance"));
  };
  assertEquals(isSaid(0.4), [true, true]);
  assertEquals(isSaid(0.5), [true, true]);
  assertEquals(isSaid(0.51), [false, false]);
  assertEquals(isSaid(undefined), [false, false]); // too few clusters to tell
});

const CHOICES = ["cat", "dog"].map((noun, row): Choice => ({
  id: noun,
  row,
  pictures: [{ image: `${row}.jpg` }],
  sentences: [`a ${noun}`, `no ${noun}`, "a cow", "no cow"],
  right: row,
}));

Deno.test("the chart of accuracy names its bars downwards, and chance is a line across them", () => {
  const scores = CHOICES.map(() => [1, 0, 0, 0]);
  const how = { rule: "first", published: false, seed: 0, clusters: ["a", "b"] } as const;
  const rows = accuracyRows(CHOICES, scores, how);
  const sources = { model: [], data: [] };
  const spec = JSON.stringify(figuresChart(accuracyFigures(rows), { sources, clusters: "images" }));
  const { data, layer } = JSON.parse(spec);
  assertEquals(
    data.values.map(({ name, value }: { name: string; value: number }) => [name, value]).slice(
      0,
      2,
    ),
    [["all rows", 0.5], ["longest", 0.25]],
  );
  const [bar, line] = [layer[0], layer.at(-1)];
  assertEquals([bar.encoding.x.field, bar.encoding.y.field], ["value", "name"]);
  assertEquals([Object.keys(line.encoding)[0], line.data.values[0].at], ["x", 0.25]);
  assertEquals(spec.includes("random weights"), false);
});
