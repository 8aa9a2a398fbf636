import { assertEquals } from "@std/assert";
import { accuracyTable } from "../../lib/benchmark/accuracy.ts";
import { accuracyChart } from "../../lib/benchmark/findings.ts";
import type { Choice } from "../../lib/benchmark/choice.ts";

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
  const { rows } = accuracyTable(CHOICES, scores, how);
  const sources = { model: [], data: [] };
  const spec = JSON.stringify(accuracyChart(rows, { sources, clusters: "images" }));
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
