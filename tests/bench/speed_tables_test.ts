import { assertEquals } from "@std/assert";
import { growthTable, phaseTable, roundTable } from "./speed_tables.ts";

Deno.test("phaseTable() gives each phase its rate and its share of the machine's rate", () => {
  const phases = [{ phase: "load", seconds: 1 }, { phase: "trace", seconds: 2, operations: 3e11 }];
  assertEquals(phaseTable(phases, { pairs: 4, machine: 2e11 }).rows, [
    {
      phase: "load",
      seconds: 1,
      "ms a pair": 250,
      GFLOP: undefined,
      "GFLOP/s": undefined,
      share: undefined,
    },
    { phase: "trace", seconds: 2, "ms a pair": 500, GFLOP: 300, "GFLOP/s": 150, share: 0.75 },
  ]);
});

Deno.test("roundTable() adds the minimum and the median of the rounds", () => {
  const rounds = [{ negscope: 2, reference: 8 }, { negscope: 1, reference: 10 }, {
    negscope: 4,
    reference: 9,
  }];
  assertEquals(roundTable(rounds).rows.map((row) => Object.values(row)), [
    ["1", 2, 8, 0.25],
    ["2", 1, 10, 0.1],
    ["3", 4, 9, 4 / 9],
    ["least", 1, 8, 0.125],
    ["median", 2, 9, 2 / 9],
  ]);
  assertEquals(roundTable([{ negscope: 2 }]).rows.at(-1), {
    ...{ round: "median", negscope: 2 },
    ...{ reference: undefined, ratio: undefined },
  });
});

Deno.test("growthTable() gives the time per pair relative to the first row", () => {
  const growth = [
    { copies: 1, pairs: 10, seconds: 2, peak: 900.4 },
    { copies: 4, pairs: 40, seconds: 10, peak: 950.6 },
  ];
  assertEquals(growthTable(growth).rows.map((row) => Object.values(row)), [
    [1, 10, 2, 200, 1, 900],
    [4, 40, 10, 250, 1.25, 951],
  ]);
});
