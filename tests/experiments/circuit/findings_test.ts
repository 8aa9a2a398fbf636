/** The summary of rows whose scores are made by hand. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { circuitFindings, worstText } from "../../../lib/experiments/circuit/findings.ts";
import type { CircuitFrameRow } from "../../../lib/experiments/circuit/tables/circuit_table.ts";
import { LIMIT_NAME } from "../../../lib/experiments/circuit/search/find.ts";
import { type CircuitNodeRow, ownNodes } from "../../../lib/experiments/circuit/tables/nodes.ts";
import {
  circuitSteps,
  type CircuitTables,
} from "../../../lib/experiments/circuit/tables/tables.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { intervalText } from "../../../lib/tables/text_table.ts";
import { CONTEXT, INPUTS, tables } from "./hand_made.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";

/** The text for a terminal. */
function circuitText(tables: CircuitTables): string {
  return findingText(circuitFindings(tables));
}

/** The text without its line breaks. */
const flat = (found: CircuitTables) => circuitText(found).replace(/\n {2}/g, " ");

/** What every row alike has. */
const ROWS_TEXT = [
  "Row by row: the error, sum of |d_C - d| / sum of |d|, is 0.100 (0.100 to 0.100);",
  "  d_C / d lies within 1 +/- 0.2 in 1.000 of the rows",
];

Deno.test("circuitFindings() tells the circuit, its drops, chance, completeness and the areas", () => {
  const [whole] = tables.circuit.rows;
  assertEquals(
    circuitText(tables),
    [
      "Circuit of 1 node of 2: 1.1.",
      "Its faithfulness is 0.900 (0.900 to 0.900) over 12 rows (correct):",
      "  caption-negated 0.900 (0.900 to 0.900).",
      "Minimal: without any of its nodes it is further from 1, and no drop is 0, by",
      "  simultaneous intervals.",
      "",
      "What faithfulness loses without a node",
      "node   drop  95 % interval   simultaneous    samples",
      `1.1   0.900  0.900 to 0.900  0.900 to 0.900    ${
        tables.nodes.rows.find(({ rank }) => rank === 1)!.share_of_samples!.toFixed(3)
      }`,
      "",
      "Areas under the curves",
      "ranking    CPR  95 % interval     CMD  its interval",
      "denoise  0.610  0.610 to 0.610  0.389  0.389 to 0.389",
      "",
      "The circuit is the shortest beginning of a ranking that is enough, here by",
      "  denoise",
      ...ROWS_TEXT,
      "These are the rows that it was chosen on, which tends to make it too large",
      `Held out: 0.700 (${
        intervalText({ low: whole!.held_out_low, high: whole!.held_out_high })
      }), with circuits that were chosen on one half of`,
      "  the sentence pairs (1 and 1 nodes) and scored on the other",
      "Random circuits: none, since no other circuit has as many heads in each block",
      "  and as many MLPs",
      "Completeness: without a part of the circuit, its faithfulness and that of the",
      "  whole model differ by 0.100 on average and by 0.100 at most (1 of its parts)",
      "",
    ].join("\n"),
  );
});

Deno.test("circuitFindings() compares a given circuit with what its run found, and lists given sets", () => {
  const inputs = INPUTS.map(({ scores, measured }) => ({
    scores,
    measured: { sizes: measured.sizes, scores: measured.scores },
  }));
  const given = finish(circuitSteps(inputs, {
    ...CONTEXT,
    circuit: {
      nodes: ["head 1.1"],
      faithfulness: { estimate: .75, low: .5, high: 1 },
    },
  }));
  const lines = circuitText(given).split("\n");
  assertEquals(lines.slice(10, 15), [
    "The circuit is that of --circuit",
    ...ROWS_TEXT,
    "Its file does not say which model and rows it was chosen on",
    "In the run of the file: 0.750 (0.500 to 1.000)",
  ]);
  const sets = finish(circuitSteps(inputs, {
    ...CONTEXT,
    sets: { one: ["head 1.1"], other: ["mlp 1"], whole: ["mlp 1", "head 1.1"] },
  }));
  assertEquals(
    circuitText(sets),
    [
      "Faithfulness of the sets over 12 rows, and on each negated side",
      "set    nodes  faithfulness  95 % interval   caption  row error",
      "one        1         0.900  0.900 to 0.900    0.900      0.100",
      "other      1         0.100  0.100 to 0.100    0.100      0.900",
      "whole      2         1.000  1.000 to 1.000    1.000      0.000",
      "",
    ].join("\n"),
  );
});

Deno.test("circuitFindings() says that the search ended at its limit, with a circuit and without one", () => {
  const limited = (found: CircuitTables) => {
    const last = found.sets.rows.map((row) => ({ ...row, set: LIMIT_NAME }));
    return flat({ ...found, sets: { ...found.sets, rows: [...found.sets.rows, ...last] } });
  };
  const none = { ...tables, circuit: { ...tables.circuit, rows: [] } };
  const text = "\nThe search ended at its limit of 32 changes of a node: ";
  assertStringIncludes(limited(tables), `${text}more nodes might be left out\n`);
  assertStringIncludes(limited(none), `${text}more changes might lead nearer to 1\n`);
  for (const found of [tables, none]) assertEquals(flat(found).includes("limit"), false);
});

Deno.test("circuitFindings() calls a circuit minimal only if it is enough, and certainly further from 1 without any node", () => {
  const [drop] = ownNodes(tables.nodes.rows);
  const text = (
    nodes: readonly (readonly [drop: number, low: number, high: number])[],
    faithfulness = .95,
    enough: "yes" | "no" = "yes",
  ) => {
    const rows = nodes.map(([own, simultaneous_low, simultaneous_high], i): CircuitNodeRow => ({
      ...{ ...drop!, head: i + 1, effect: own },
      ...{ simultaneous_low, simultaneous_high },
    }));
    const circuit = tables.circuit.rows.map((row) => ({ ...row, faithfulness, enough }));
    return flat({
      ...tables,
      nodes: { ...tables.nodes, rows },
      circuit: { ...tables.circuit, rows: circuit },
    });
  };
  assertStringIncludes(text([[.4, .1, .8], [.3, .01, .9]]), "\nMinimal: ");
  assertStringIncludes(text([[.4, .1, .8], [-.4, -.9, -.1]]), "\nMinimal: "); // 1.35 without the second
  assertStringIncludes(
    text([[.4, .1, .8], [.4, -.1, .9]]),
    "Not shown to be minimal: 1 of 2 nodes is needed; without each of the others",
  );
  assertStringIncludes(
    text([[.4, -.1, .9], [.3, -.2, .9], [-.04, -.09, -.01]]),
    "Not shown to be minimal: 0 of 3 nodes are needed; ",
  );
  assertStringIncludes(
    text([[1, .9, 1.1]], 2, "no"),
    "Too far from 1 to be a circuit of all rows and of the caption-negated rows\n",
  );
  assertStringIncludes(
    text([[1, .9, 1.1]], 2, "no"),
    "\nNot minimal: it is not known to be faithful enough.\n",
  );
});

Deno.test("circuitFindings() calls a circuit minimal by the side that is furthest from 1, as the search does", () => {
  const [whole] = tables.circuit.rows;
  const [drop] = ownNodes(tables.nodes.rows);
  const text = (without: readonly [all: number, caption: number, foil: number]) => {
    const sides = (["all", "caption", "foil"] as const).map((negation, i) => ({
      circuit: { ...whole!, negation, faithfulness: [.95, .93, .97][i]!, enough: "yes" as const },
      node: {
        ...{ ...drop!, negation, effect: [.95, .93, .97][i]! - without[i]! },
        ...{ simultaneous_low: -.09, simultaneous_high: -.01 },
      },
    }));
    return flat({
      ...tables,
      circuit: { ...tables.circuit, rows: sides.map(({ circuit }) => circuit) },
      nodes: { ...tables.nodes, rows: sides.map(({ node }) => node) },
    });
  };
  assertStringIncludes(text([1, 1.8, .2]), "\nMinimal: "); // nearer to 1 only where the sides cancel out
  const nearer = "0 of 1 nodes are needed; ";
  assertStringIncludes(text([1, .98, 1.02]), nearer);
  assertStringIncludes(text([.99, .93, 1.05]), nearer); // one side, the furthest, stays as it is
});

Deno.test("circuitFindings() says what is the same in all random circuits", () => {
  const rows = tables.circuit.rows.map((row) => (
    { ...row, random: 15, random_reaching: 2, random_mean: .25, random_fixed: "MLPs" }
  ));
  assertStringIncludes(
    flat({ ...tables, circuit: { ...tables.circuit, rows } }),
    "\nRandom circuits: 2 of 15 are as near to 1, by the largest |1 - faithfulness| of all rows and of each side; their mean faithfulness is 0.250; as in the circuit, all of them have all MLPs\n",
  );
});

Deno.test("circuitFindings() gives completeness by absolute differences, which do not cancel out", () => {
  const row = tables.measures.rows.find(({ measure }) => measure === "completeness")!;
  const rows = [.3, -.1, 0].map((value, i) => ({ ...row, subset: i + 1, value }));
  assertStringIncludes(
    flat({ ...tables, measures: { ...tables.measures, rows } }),
    "differ by 0.133 on average and by 0.300 at most (3 of its parts)\n",
  );
});

Deno.test("worstText() names the frame that is furthest from 1, on either side, and none of all rows", () => {
  const text = (frames: Readonly<Record<string, number | undefined>>) =>
    worstText(
      Object.entries({ all: 0.25, ...frames }).map(([frame, faithfulness]) => (
        { frame, faithfulness, low: 0.5, high: 1 } as CircuitFrameRow
      )),
    );
  assertEquals(
    text({ a: 0.875, b: 1.25, c: undefined }),
    '; of 2 frames it is furthest from 1 in "b", 1.250 (0.500 to 1.000)',
  );
  assertEquals(text({ a: 1.0004, b: 0.9996 }), ", and 1 in each of 2 frames");
  assertEquals(text({}), "");
});
