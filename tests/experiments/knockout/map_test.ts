import { assertEquals } from "@std/assert";
import { knockoutMap as typedKnockoutMap } from "../../../lib/experiments/knockout/findings.ts";
import { KNOCKOUT_SUMMARY } from "../../../lib/experiments/knockout/tables.ts";
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

Deno.test("knockoutMap() marks heads whose effect cannot be told from 0", () => {
  const spec = knockoutMap([
    { ...HEAD, head: 1, share: 1, ...bounds(0.8, 1.2) },
    { ...HEAD, head: 2, share: 0.1, ...bounds(-0.1, 0.3) },
  ], OPTIONS);
  const cells = valueAt(spec, "concat.0.data.values") as Record<string, unknown>[];
  assertEquals(cells.map(doubtOf), [undefined, "own 95 % interval includes 0"]);
});

Deno.test("knockoutMap() shows the share less the twin's where negators have twins", () => {
  const specific = { specific_share: 0.25, specific_share_low: 0.125, specific_share_high: 0.5 };
  const spec = knockoutMap([{ ...HEAD, head: 1, n_twin: 3, share: 0.9, ...specific }], OPTIONS);
  assertEquals(
    valueAt(spec, "concat.0.data.values.0.tip"),
    "head 1.1: share of d 0.25 [0.125, 0.5], n = 40",
  );
});
