import { assertEquals } from "@std/assert";
import { framesTable, worstText } from "../../../lib/experiments/circuit/findings.ts";
import type { CircuitFrameRow } from "../../../lib/experiments/circuit/tables/circuit_table.ts";

function row(frame: string, faithfulness: number | undefined, held_out?: number): CircuitFrameRow {
  return {
    ...{
      frame,
      n: 24,
      faithfulness,
      row_error: 0.25,
      rows_near: 0.5,
    },
    ...{ low: 0.5, high: 1 },
    ...{ held_out, held_out_low: undefined, held_out_high: undefined },
  };
}

const ALL = row("all", 0.25, 0.875);

Deno.test("worstText() names the frame that is furthest from 1, on either side, and none of all rows", () => {
  const frames = [ALL, row("a", 0.875), row("b", 1.25), row("c", undefined)];
  assertEquals(
    worstText(frames),
    '; of 2 frames it is furthest from 1 in "b", 1.250 (0.500 to 1.000)',
  );
  assertEquals(
    worstText([ALL, row("a", 1.0004), row("b", 0.9996)]),
    ", and 1 in each of 2 frames",
  );
  assertEquals(worstText([ALL]), "");
  assertEquals(worstText([]), "");
});

Deno.test("framesTable() has a line for all rows and each frame, with circuits chosen on all others if there are any", () => {
  const given = framesTable([ALL, row("a", 0.875)]);
  assertEquals(given.title, "The circuit in each frame");
  assertEquals(given.lines[1], {
    ...{ frame: "a", n: 24, "faithfulness (95 %)": "0.88 (0.50 to 1.00)" },
    ...{ "row error": 0.25, "within .2": 0.5 },
  });
  const found = framesTable([ALL, row("a", 0.875, 0.75), row("b", 0.875)]);
  assertEquals(found.title, "The circuit in each frame, and one chosen on all others");
  assertEquals(found.lines.map((line) => line["held out"]), ["", "0.75", ""]);
});
