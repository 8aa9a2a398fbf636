import { assertEquals } from "@std/assert";
import { cellsOf } from "../../../lib/grid/grid.ts";
import { headlinesOf } from "../../../lib/grid/results/headlines.ts";
import type { StudyTableRow } from "../../../lib/grid/results/study_table.ts";
import { gridOf, study } from "../grid_file.ts";

const CELL = cellsOf(await gridOf(study({ experiments: { trace: {} } })))[0]!;

const row = (segment: string, value: number | undefined): StudyTableRow => ({
  ...{ model: "shapes", data: "own", experiment: "trace", seed: 0, table: "trace" },
  ...{ negation: "foil", segment, part: "site=z;layer=1;head=2", quantity: "cte" },
  ...{ control: undefined, specific: undefined, n: 9, value },
  low: value && value - 0.1,
  high: value && value + 0.1,
  ...{ simultaneous_low: undefined, simultaneous_high: undefined, control_value: undefined },
});

const strongestOf = (rows: readonly StudyTableRow[]) => {
  const [run] = headlinesOf([{ cell: CELL, tables: [] }], rows);
  return [run!.strongest?.segment, run!.strongest?.value];
};

Deno.test("headlinesOf() takes all rows where the estimate is defined for them, else the correct ones, else the first segment", () => {
  const [correct, ambiguous] = [row("correct", 0.5), row("ambiguous", 0.75)];
  assertEquals(strongestOf([correct, ambiguous, row("all", undefined)]), ["correct", 0.5]);
  assertEquals(strongestOf([ambiguous, row("incorrect", 0.9)]), ["ambiguous", 0.75]);
  assertEquals(strongestOf([correct, ambiguous, row("all", 0.25)]), ["all", 0.25]);
});
