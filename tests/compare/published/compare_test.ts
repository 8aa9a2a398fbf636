import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type ComparedCell,
  type ComparedName,
  type PublishedCell,
  readPublished,
  type RunTables,
} from "../../../lib/compare/published/figures.ts";
import { compareRuns, compareTables } from "../../../lib/compare/published/compare.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const KEY = { segment: undefined, head: undefined, role: undefined };

function traceCell<Value>(layer: number, value: Value) {
  const key = { ...KEY, negation: "foil", segment: "correct", layer, role: "negator" } as const;
  return { ...key, value };
}

function headCell<Value>(head: number, value: Value) {
  return { ...KEY, negation: "caption", layer: 4, head, value } as const;
}

const PUBLISHED: ReadonlyMap<ComparedName, readonly PublishedCell[]> = new Map([
  ["causal_trace", [traceCell(3, 0.75), traceCell(1, 1), traceCell(2, 0.5)]],
  ["negator_attention", [headCell(1, 0.25), headCell(2, 0.125)]],
  ["correlation_with_d", [headCell(1, -0.5)]],
]);

function runOf(
  folder: string,
  tables: readonly (readonly [ComparedName, readonly ComparedCell[]])[],
): RunTables {
  const sizes = { layers: 4, heads: undefined, width: undefined, projection: undefined };
  const sources = { model: [], data: [] };
  const known = { protocol: undefined, kept: undefined };
  return {
    record: {
      folder,
      text: { ...sizes, heads: 4, width: 32, projection: 16 },
      image: sizes,
      ...known,
      sources,
    },
    tables: new Map(tables),
    counts: new Map(),
    files: [],
  };
}

Deno.test("compareTables() puts cells with the same key side by side, with measured minus published", () => {
  const measured = new Map([["causal_trace" as const, [traceCell(1, 1.25), traceCell(2, 0.25)]]]);
  const { name, columns, rows } = compareTables(PUBLISHED, measured);
  assertEquals(name, "comparison");
  assertEquals(
    columns.join(),
    "table,negation,segment,layer,head,role,published,measured,low,high,difference,inside",
  );
  const none = undefined;
  assertEquals(rows.map((row) => columns.map((column) => row[column])), [
    ["causal_trace", "foil", "correct", 3, none, "negator", 0.75, none, none, none, none, none],
    ["causal_trace", "foil", "correct", 1, none, "negator", 1, 1.25, none, none, 0.25, none],
    ["causal_trace", "foil", "correct", 2, none, "negator", 0.5, 0.25, none, none, -0.25, none],
  ]);
});

Deno.test("compareTables() says whether a published cell is inside the interval, where equal numbers mean equal places", () => {
  const cells = [
    { ...traceCell(3, 0.5), low: 0.25, high: 0.75 }, // the bounds belong to it
    { ...traceCell(1, 0.5), low: 0.25, high: 0.75 },
    traceCell(2, 0.5),
  ];
  const inside = (isSamePlace: boolean) =>
    compareTables(PUBLISHED, new Map([["causal_trace" as const, cells]]), isSamePlace).rows
      .map((row) => row.inside);
  assertEquals(inside(true), ["yes", "no", undefined]);
  assertEquals(inside(false), [undefined, undefined, undefined]);
});

Deno.test("compareTables() keeps a published cell without a value in the run, and drops an unpublished one", () => {
  const cells = [headCell(1, undefined), headCell(9, 0.5)];
  const { rows } = compareTables(PUBLISHED, new Map([["negator_attention" as const, cells]]));
  assertEquals(rows.map(({ head, measured, difference }) => [head, measured, difference]), [
    [1, undefined, undefined],
    [2, undefined, undefined],
  ]);
});

Deno.test("compareTables() leaves out tables that no run has", () => {
  assertEquals(compareTables(PUBLISHED, new Map()).rows, []);
});

Deno.test("compareRuns() takes each table from the run that has it, in the published order", () => {
  const { comparison, summary, matches } = compareRuns(PUBLISHED, [
    runOf("b", [["negator_attention", [headCell(2, 0.5)]], ["correlation_with_d", []]]),
    runOf("a", [["causal_trace", [traceCell(2, 0)]]]),
  ]);
  const tables = ["causal_trace", "negator_attention", "correlation_with_d"] as const;
  assertEquals(summary.rows.map(({ table }) => table), [...tables]);
  assertEquals(summary.rows.map(({ n }) => n), [1, 1, 0]);
  assertAlmostEquals(summary.rows[1]!.largest_absolute_difference!, 0.375, 0);
  assertEquals(comparison.rows.length, 6);
  assertEquals(matches.map(({ folder, tables }) => [folder, tables]), [
    ["b", ["negator_attention", "correlation_with_d"]],
    ["a", ["causal_trace"]],
  ]);
});

Deno.test("compareRuns() marks every table as not of the published model", () => {
  const { summary } = compareRuns(PUBLISHED, [runOf("a", [["causal_trace", [traceCell(1, 1)]]])]);
  assertEquals(summary.rows.map((row) => row.model_and_data), ["not published"]);
});

Deno.test("compareRuns() refuses a table that two runs have, and names both runs", () => {
  const runs = ["first", "second"].map((folder) => runOf(folder, [["negator_attention", []]]));
  const error = assertThrowsCode(() => compareRuns(PUBLISHED, runs), "not-comparable");
  assertEquals(
    error.message,
    'Cannot compare runs "first" and "second" at once: both have heads.csv; name only one of them',
  );
});

Deno.test("compareRuns() finds no difference between the published tables and themselves", async () => {
  const published = await readPublished();
  const { comparison, summary } = compareRuns(published, [runOf("a", [...published])]);
  assertEquals(new Set(comparison.rows.map(({ difference }) => difference)), new Set([0]));
  assertEquals(summary.rows.map(({ table, cells, n }) => [table, cells, n]), [
    ["causal_trace", 312, 3 * 55], // 5 roles from the negator on, layers 1 to 11
    ["negator_attention", 192, 192],
    ["correlation_with_d", 192, 192],
    ["negator_attention_layer4", 128, 80],
  ]);
  for (const { rho } of summary.rows) assertAlmostEquals(rho!, 1, 1e-12);
});
