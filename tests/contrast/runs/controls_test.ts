import { assertEquals } from "@std/assert";
import { specificTexts } from "../../../lib/contrast/runs/controls.ts";
import { PairedRows } from "../../../lib/contrast/runs/paired.ts";
import { contrastCells, contrastTable } from "../../../lib/contrast/runs/tables.ts";
import { ATTRIBUTION_SUMMARY } from "../../../lib/experiments/attribute/tables.ts";
import { readCsvRows } from "../../../lib/tables/csv_row.ts";

const COLUMNS = "negation,segment,component,layer,head,n,net_share";
const CONTROLS = "control,share_control,share_beyond,share_beyond_low,specific";

/** Heads of layer 1: the segment, the share, and the cells of the control. */
type Head = readonly [segment: string, share: number, control: string];

function summaryOf(heads: readonly Head[], hasControls = true) {
  const lines = heads.map(([segment, share, control], i) =>
    `foil,${segment},head,1,${i + 1},9,${share}${hasControls ? `,${control}` : ""}\n`
  );
  const header = hasControls ? `${COLUMNS},${CONTROLS}` : COLUMNS;
  return readCsvRows(`${header}\n${lines.join("")}`, "attribution_summary.csv");
}

const FIRST = summaryOf([
  ["all", 0.5, "random,0.1,-0.2,0.2,yes"],
  ["all", 0.4, "random,0.1,-0.2,0.2,yes"],
  ["all", 0.1, "random,0.1,-0.2,0.2,no"],
  ["all", 0.2, "determiner,0.3,,,"],
  ["correct", 0.6, "random,0.1,-0.2,0.2,yes"],
]);
const SECOND = summaryOf([
  ["all", 0.6, "random,0.2,-0.4,0.4,yes"],
  ["all", 0.3, "determiner,0.25,0.1,0.4,no"],
  ["all", 0.2, "random,0.2,-0.4,0.4,no"],
  ["all", 0.9, "random,0.2,-0.4,0.4,yes"],
  ["correct", 0.1, "random,0.2,-0.4,0.4,no"],
]);

const NO_ROWS = { tables: new Map(), cluster: undefined };
const paired = new PairedRows(NO_ROWS, NO_ROWS, 0);
const beside = (first: typeof FIRST, second: typeof SECOND) =>
  contrastCells(ATTRIBUTION_SUMMARY, [first, second], { paired }).map(({ row }) => row)
    .filter(({ quantity }) => quantity === "net_share");

Deno.test("contrastCells() has the controls of both runs, and in which run a cell is beyond its own", () => {
  const { columns, rows } = contrastTable(beside(FIRST, SECOND));
  assertEquals(columns.slice(-5), [
    ...["first_control", "first_control_value", "second_control", "second_control_value"],
    "specific_in",
  ]);
  assertEquals(
    rows.map((row) => [
      ...[row.first_control, row.first_control_value],
      ...[row.second_control, row.second_control_value, row.specific_in],
    ]),
    [
      ["random", 0.1, "random", 0.2, "both"],
      ["random", 0.1, "determiner", 0.25, "first"],
      ["random", 0.1, "random", 0.2, "neither"],
      ["determiner", 0.3, "random", 0.2, undefined],
      ["random", 0.1, "random", 0.2, "first"],
    ],
  );
});

Deno.test("contrastTable() has no columns of controls unless both runs have them", () => {
  const without = summaryOf([["all", 0.5, ""]], false);
  const { columns, rows } = contrastTable(beside(FIRST, without));
  assertEquals([columns.at(-1), rows.length], ["p_clustered", 5]);
  assertEquals(specificTexts(rows), []);
});

Deno.test("specificTexts() names what is specific in one run alone, over all rows of a side", () => {
  const texts = (first: typeof FIRST, second: typeof SECOND) =>
    specificTexts(beside(first, second));
  const column = "attribution_summary.csv, net_share";
  const cell = "foil-negated, all, head 1.2, head";
  assertEquals(texts(FIRST, SECOND), [
    `${column}: in both runs 1 of 3 cells, only in the first run 1 (${cell}), only in the second run 0`,
  ]);
  assertEquals(texts(SECOND, FIRST), [
    `${column}: in both runs 1 of 3 cells, only in the first run 0, only in the second run 1 (${cell})`,
  ]);
});
