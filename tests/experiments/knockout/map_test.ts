import { assertEquals, assertStringIncludes } from "@std/assert";
import { knockoutMap as typedKnockoutMap } from "../../../lib/experiments/knockout/chart.ts";
import { KNOCKOUT_SUMMARY } from "../../../lib/experiments/knockout/tables.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  committedRows,
  doubtOf,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const knockoutMap = ofSomeColumns(typedKnockoutMap);

const OPTIONS = { sources: SOURCES };
/** An interval of one head, and of all heads at once. */
function bounds(low: number, high: number) {
  return { share_low: low, share_high: high, simultaneous_low: low, simultaneous_high: high };
}

const HEAD = { negation: "foil", segment: "all", layer: 1, n: 40, n_twin: 0 };
const ROWS = committedRows(KNOCKOUT_SUMMARY, "knockout_heads").map((row) => ({
  ...row,
  segment: "all",
  n_twin: 0,
  simultaneous_low: row.share_low,
  simultaneous_high: row.share_high,
}));

Deno.test("knockoutMap() makes the committed spec of the committed table", () => {
  assertSpec(knockoutMap(ROWS, OPTIONS), "knockout_map");
});

Deno.test("knockoutMap() has a map per side, foil-negated first, with one range of colours", () => {
  const spec = knockoutMap([
    { ...HEAD, negation: "caption", head: 1, share: 2.5, ...bounds(2, 3) },
    { ...HEAD, head: 1, share: -0.5, ...bounds(-0.9, -0.1) },
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
    { ...HEAD, head: 1, share: 1, ...bounds(0.8, 1.2) },
    { ...HEAD, head: 2, share: 0.1, ...bounds(-0.1, 0.3) },
  ], OPTIONS);
  const cells = valueAt(spec, "concat.0.data.values") as Record<string, unknown>[];
  assertEquals(cells.map(doubtOf), [undefined, "own 95 % interval includes 0"]);
});

Deno.test("knockoutMap() names the largest effects of either sign in its alt text", () => {
  const { description } = knockoutMap([
    { ...HEAD, head: 1, share: 0.2, ...bounds(0.1, 0.3) },
    { ...HEAD, head: 2, share: -0.7, ...bounds(-0.8, -0.6) },
  ], OPTIONS);
  assertStringIncludes(description, "largest shares, as layer.head: 1.2 (−.70), 1.1 (.20).");
});

Deno.test("knockoutMap() shows the share less the twin's where negators have twins", () => {
  const specific = { specific_share: 0.25, specific_share_low: 0.125, specific_share_high: 0.5 };
  const spec = knockoutMap([{ ...HEAD, head: 1, n_twin: 3, share: 0.9, ...specific }], OPTIONS);
  assertEquals(
    valueAt(spec, "concat.0.data.values.0.tip"),
    "head 1.1: share of d 0.25 [0.125, 0.5], n = 40",
  );
});

Deno.test("knockoutMap() draws an empty table as one that says so", async () => {
  assertStringIncludes(await renderSvg(knockoutMap([], OPTIONS)), "no rows to draw");
});
