import { assertEquals } from "@std/assert";
import { cellKey, COMPARED_TABLES, readCells } from "../../../lib/compare/published/cells.ts";
import { readCsvRows } from "../../../lib/tables/csv.ts";
import { HEAD_ROLES, HEADS, TRACE } from "../../runs/run_folders.ts";
import { assertThrowsCode } from "../../error_codes.ts";

function cellsOf(name: string, text: string) {
  const table = COMPARED_TABLES.find((table) => table.name === name)!;
  return readCells(readCsvRows(text, "t.csv"), table);
}

Deno.test("readCells() reads each table's keys of cells, and leaves the other keys undefined", () => {
  const none = { segment: undefined, head: undefined, role: undefined };
  assertEquals(cellsOf("causal_trace", TRACE), [
    { ...none, negation: "foil", segment: "correct", layer: 4, role: "full_stop", value: 0.5 },
    {
      ...none,
      ...{ negation: "caption", segment: "correct", layer: 4, role: "subject_further" },
      value: undefined,
    },
  ]);
  assertEquals(cellsOf("negator_attention", HEADS), [
    { ...none, negation: "foil", layer: 4, head: 2, value: 0.25 },
    { ...none, negation: "caption", layer: 4, head: 2, value: 0.5 },
  ]);
  assertEquals(cellsOf("correlation_with_d", HEADS).map(({ value }) => value), [
    undefined,
    undefined,
  ]);
  assertEquals(cellsOf("negator_attention_layer4", HEAD_ROLES), [
    { ...none, negation: "foil", layer: 4, head: 2, role: "full_stop", value: 0.125 },
  ]);
});

Deno.test("readCells() refuses a cell that appears twice", () => {
  const repeated = `${HEADS}foil,4,2,240,0.75,\n`;
  assertThrowsCode(
    () => cellsOf("negator_attention", repeated),
    "run-edited",
    'Cannot read row 4 of table "t.csv": row 2 holds the same cell',
  );
});

Deno.test("readCells() refuses a role that no token has", () => {
  const wrong = HEAD_ROLES.replace("full_stop", "period");
  assertThrowsCode(
    () => cellsOf("negator_attention_layer4", wrong),
    "run-edited",
    'it is "period"',
  );
});

Deno.test("cellKey() distinguishes cells by each part of their key", () => {
  const cell = { negation: "foil", segment: "correct", layer: 1, head: 2, role: "eot" } as const;
  const others = [
    { ...cell, negation: "caption" as const },
    { ...cell, segment: undefined },
    { ...cell, layer: 12 },
    { ...cell, head: undefined },
    { ...cell, role: undefined },
    { ...cell, layer: 11, head: 2 },
    { ...cell, layer: 1, head: 12 },
  ];
  assertEquals(new Set([cell, ...others].map(cellKey)).size, 8);
});
