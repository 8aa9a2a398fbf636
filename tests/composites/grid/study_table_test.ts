import {
  type EstimateRow,
  headlinesOf,
  studyTable,
} from "../../../lib/composites/grid/study_table.ts";
import { assertEquals } from "@std/assert";
import { cellsOf, TASKS } from "../../../lib/composites/grid/grid.ts";
import { HEADS } from "../../../lib/experiments/attend/tables.ts";
import { tablesInMemory } from "../../../lib/runs/open_run.ts";
import { gridOf, study } from "./grid_file.ts";

const CELLS = cellsOf(await gridOf(study({ experiments: { trace: {}, shares: {}, attend: {} } })));

const row = (segment: string, value: number | undefined): EstimateRow => ({
  ...{ model: "shapes", data: "own", experiment: "trace", seed: 0, table: "trace" },
  ...{ negation: "foil", segment, part: "site=z;layer=1;head=2", quantity: "cte" },
  ...{ control: undefined, specific: undefined, n: 9, value },
  low: value && value - 0.1,
  high: value && value + 0.1,
  ...{ simultaneous_low: undefined, simultaneous_high: undefined, control_value: undefined },
});

/** A row of shares_summary.csv, certain by itself and, unless it is told otherwise, among all. */
const share = (
  layer: number,
  role: string,
  value: number,
  [low, high]: readonly [number, number] = [value - 0.05, value + 0.05],
): EstimateRow => ({
  ...row("all", value),
  ...{ experiment: "shares", table: "shares_summary", quantity: "share" },
  ...{ part: `layer=${layer};role=${role}`, simultaneous_low: low, simultaneous_high: high },
});

const strongest = (rows: readonly EstimateRow[], cell = CELLS[0]!) =>
  headlinesOf([{ cell, tables: [] }], rows)[0]!.strongest;

const strongestOf = (rows: readonly EstimateRow[]) => {
  const found = strongest(rows);
  return [found?.segment, found?.value];
};

/** The first and the last layer, which the method fixes in any model. */
const FIXED = [share(0, "negator", 1), share(3, "eot", 1), share(3, "negator", 0)];

Deno.test("headlinesOf() takes the part with the largest size that is certain among all, and none that the method fixes", () => {
  const part = (rows: readonly EstimateRow[]) => strongest([...FIXED, ...rows], CELLS[1])?.part;
  assertEquals(part([share(1, "negator", 0.6), share(2, "eot", 0.5)]), "layer=1;role=negator");
  assertEquals(part([share(1, "negator", -0.6), share(2, "eot", 0.5)]), "layer=1;role=negator");
  const unsure = share(1, "negator", 0.6, [-0.1, 1.3]); // certain by itself, but not among all
  assertEquals(part([unsure, share(2, "eot", 0.5)]), "layer=2;role=eot");
  assertEquals(part([unsure]), undefined);
  const heads = { experiment: "attend", table: "heads", quantity: "above_baseline" };
  const looking = [-0.3, 0.2].map((value) => ({ ...row("all", value), ...heads }));
  assertEquals(strongest(looking, CELLS[2])?.value, 0.2); // the other looks less
});

Deno.test("headlinesOf() knows what tells most of every task that a study can run", () => {
  const cell = CELLS[0]!;
  for (const task of TASKS) {
    assertEquals(strongest([], { ...cell, experiment: { ...cell.experiment, task } }), undefined);
  }
});

Deno.test("headlinesOf() takes all rows where the estimate is defined for them, else the correct ones, else the first segment", () => {
  const [correct, ambiguous] = [row("correct", 0.5), row("ambiguous", 0.75)];
  assertEquals(strongestOf([correct, ambiguous, row("all", undefined)]), ["correct", 0.5]);
  assertEquals(strongestOf([ambiguous, row("incorrect", 0.9)]), ["ambiguous", 0.75]);
  assertEquals(strongestOf([correct, ambiguous, row("all", 0.25)]), ["all", 0.25]);
});

Deno.test("headlinesOf() has gamma of matched rows beside the accuracy", () => {
  const score = (quantity: string, value: number, of: Partial<EstimateRow>): EstimateRow => ({
    ...{ ...row("", value), segment: undefined, experiment: "evaluate", quantity },
    ...{ part: undefined, ...of },
  });
  const [found] = headlinesOf([{ cell: CELLS[0]!, tables: [] }], [
    ...["foil", "all", "both"].flatMap((negation, i) => [
      score("accuracy", i / 4, { table: "summary", negation }),
      score("gamma", i, { table: "summary", negation }),
    ]),
  ]);
  const { accuracy, gamma } = found!;
  assertEquals([accuracy, gamma].map((of) => of?.value), [0.25, 2]);
});

Deno.test("headlinesOf() takes no share of gamma for a share of d", () => {
  const both = { ...share(2, "eot", 0.9), negation: "both" };
  const rows = [...FIXED, share(1, "negator", 0.5), both];
  assertEquals(strongest(rows, CELLS[1])?.value, 0.5);
});

Deno.test("studyTable() says of attention too whether it is beyond its control", () => {
  const head = { negation: "foil", layer: 1, head: 2, n: 9, above_baseline: 0.5 };
  const control = {
    ...{ control: "random", above_baseline_control: 0.3, above_baseline_beyond_low: 0.1 },
  };
  const rows = ["yes", "no"].map((beyond_control) => ({ ...head, ...control, beyond_control }));
  const heads = { name: HEADS.name, columns: Object.keys(rows[0]!), rows, schema: HEADS };
  const tables = [{ experiment: "attend", ...tablesInMemory([heads]) }] as never;
  const found = [...studyTable([{ cell: CELLS[0]!, tables }]).rows];
  assertEquals(
    found.map(({ quantity, control_value, specific }) => [quantity, control_value, specific]),
    [["above_baseline", 0.3, "yes"], ["above_baseline", 0.3, "no"]],
  );
});
