import { assertAlmostEquals, assertEquals } from "@std/assert";
import { summarizePaper } from "../../lib/paper/agreement.ts";
import type { PaperRow } from "../../lib/paper/beside.ts";

const CELL: PaperRow = {
  ...{ quantity: "cte", source: "paper", protocol: "rephrased", negation: "foil" },
  ...{ segment: "correct", same_place: "yes" },
  ...{ layer: 1, head: undefined, role: "negator", feature: undefined, threshold: undefined },
  ...{ published_n: 81, published: 0.5, n: 80, measured: 0.4, low: 0.3, high: 0.5, inside: "yes" },
  ...{ file: "trace/trace.csv", line: 2, column: "cte" },
};

Deno.test("summarizePaper() counts figures, intervals and those inside, and compares the measured ones", () => {
  const rows: PaperRow[] = [
    CELL,
    { ...CELL, role: "eot", published: 0.2, measured: 0.5, low: 0.4, high: 0.6, inside: "no" },
    {
      ...CELL,
      role: "full_stop",
      published: 0.9,
      measured: 0.8,
      low: undefined,
      inside: undefined,
    },
    { ...CELL, layer: 2, role: "eot", published: 1, measured: undefined, inside: undefined },
    { ...CELL, layer: 3, role: "eot", published: 1, measured: 1, low: 1, high: 1 }, // the last layer
    { ...CELL, layer: 0, published: 1, measured: 1, low: 1, high: 1 }, // the embeddings
    { ...CELL, role: "sot", published: 0, measured: 0, low: 0, high: 0 }, // before the negator
  ];
  const summary = summarizePaper(rows).rows;
  assertEquals(summary.length, 1);
  const { figures, measured, intervals, inside, ...row } = summary[0]!;
  assertEquals([figures, measured, intervals, inside], [4, 3, 2, 1]);
  // numpy.corrcoef([.5, .2, .9], [.4, .5, .8])[0, 1]
  assertAlmostEquals(row.r!, 0.7751332793988406, 1e-12);
  assertAlmostEquals(row.mean_absolute_difference!, (0.1 + 0.3 + 0.1) / 3, 1e-12);
  assertAlmostEquals(row.largest_absolute_difference!, 0.3, 1e-12);
});

Deno.test("summarizePaper() keeps quantities, protocols, sides and segments apart", () => {
  const other = { quantity: "accuracy", segment: undefined, layer: undefined, role: undefined };
  const rows: PaperRow[] = [
    { ...CELL, ...other, negation: "all" },
    { ...CELL, ...other, negation: "all", protocol: "standard" },
    { ...CELL, ...other },
    CELL,
    { ...CELL, layer: 2 }, // the last layer, which the method fixes
  ];
  assertEquals(summarizePaper(rows).rows.map(({ figures }) => figures), [1, 1, 1, 1]);
});

Deno.test("summarizePaper() compares no figure of a layer with one of an encoder of another depth", () => {
  const elsewhere = { same_place: "no", inside: undefined } as const;
  const rows: PaperRow[] = [
    { ...CELL, ...elsewhere },
    { ...CELL, ...elsewhere, layer: 2, measured: 1, low: 1, high: 1 }, // the last layer there, not here
    { ...CELL, layer: 12, role: "eot", measured: undefined, same_place: undefined },
    {
      ...CELL,
      ...elsewhere,
      quantity: "selectivity",
      segment: undefined,
      role: undefined,
      head: 3,
    },
  ];
  assertEquals(
    summarizePaper(rows).rows.map(({ figures, measured, intervals, inside, r, ...row }) => [
      ...[figures, measured, intervals, inside, r, row.mean_absolute_difference],
    ]),
    [[2, 0, 0, 0, undefined, undefined], [1, 0, 0, 0, undefined, undefined]],
  );
});
