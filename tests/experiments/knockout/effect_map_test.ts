import { assertEquals, assertStringIncludes } from "@std/assert";
import { knockoutMap } from "../../../lib/experiments/knockout/effect_map.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { assertSpec, numberIn, readTable, SOURCES, valueAt } from "../../charts/fixtures.ts";

const OPTIONS = { sources: SOURCES };
const HEAD = { negation: "foil", layer: 1, n: 40 };
const ROWS = readTable("knockout_heads").map((row) => ({
  negation: row["negation"]!,
  layer: Number(row["layer"]),
  head: Number(row["head"]),
  n: Number(row["n"]),
  mean_effect: numberIn(row["mean_effect"]),
  low: numberIn(row["low"]),
  high: numberIn(row["high"]),
}));

Deno.test("knockoutMap() makes the committed spec of the committed table", () => {
  assertSpec(knockoutMap(ROWS, OPTIONS), "knockout_map");
});

Deno.test("knockoutMap() has a map per side, foil-negated first, with one range of colours", () => {
  const spec = knockoutMap([
    { ...HEAD, negation: "caption", head: 1, mean_effect: 2.5, low: 2, high: 3 },
    { ...HEAD, head: 1, mean_effect: -0.5, low: -0.9, high: -0.1 },
  ], OPTIONS);
  assertEquals([0, 1].map((i) => valueAt(spec, `concat.${i}.title.text`)), [
    "foil-negated (n = 40)",
    "caption-negated (n = 40)",
  ]);
  for (const i of [0, 1]) {
    const domain = `concat.${i}.layer.0.encoding.color.scale.domain`;
    assertEquals(valueAt(spec, domain), [-0.5, 2.6]);
  }
});

Deno.test("knockoutMap() marks heads whose effect cannot be told from 0", () => {
  const spec = knockoutMap([
    { ...HEAD, head: 1, mean_effect: 1, low: 0.8, high: 1.2 },
    { ...HEAD, head: 2, mean_effect: 0.1, low: -0.1, high: 0.3 },
  ], OPTIONS);
  const marks = [0, 1].map((i) => valueAt(spec, `concat.0.data.values.${i}.mark`));
  assertEquals(marks, [undefined, "own 95 % interval includes 0"]);
});

Deno.test("knockoutMap() names the largest effects of either sign in its alt text", () => {
  const { description } = knockoutMap([
    { ...HEAD, head: 1, mean_effect: 0.2, low: 0.1, high: 0.3 },
    { ...HEAD, head: 2, mean_effect: -0.7, low: -0.8, high: -0.6 },
  ], OPTIONS);
  assertStringIncludes(description, "largest effects, as layer.head: 1.2 (−.70), 1.1 (.20).");
});

Deno.test("knockoutMap() draws an empty table as one that says so", async () => {
  assertStringIncludes(await renderSvg(knockoutMap([], OPTIONS)), "no rows to draw");
});
