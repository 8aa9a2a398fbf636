/** The summary of rows whose scores are made by hand. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { circuitFindings } from "../../../lib/experiments/circuit/findings.ts";
import { LIMIT_NAME } from "../../../lib/experiments/circuit/search.ts";
import {
  type CircuitNodeRow,
  circuitSteps,
  type CircuitTables,
  ownNodes,
} from "../../../lib/experiments/circuit/circuit_table.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { intervalText } from "../../../lib/tables/text_table.ts";
import { CONTEXT, INPUTS, tables } from "./hand_made.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";

/** The text for a terminal. */
function circuitText(tables: CircuitTables): string {
  return findingText(circuitFindings(tables));
}

/** The text without its line breaks. */
const flat = (found: CircuitTables) => circuitText(found).replace(/\n {2}/g, " ");

/** What every row alike has. */
const ROWS_TEXT = [
  "Row by row: the error, sum of |d_C - d| / sum of |d|, is 0.100; d_C / d lies",
  "  within 1 +/- 0.2 in 1.000 of the rows",
];

Deno.test("circuitFindings() tells the circuit, its drops, chance, completeness and the areas", () => {
  const [whole] = tables.circuit.rows;
  assertPlainSentences(circuitFindings(tables).sentences!);
  assertEquals(
    circuitText(tables),
    [
      "A circuit of 1 of 2 heads and MLPs is enough: it brings 0.90 (0.90 to 0.90) of d",
      "  (faithfulness) in correct rows.",
      "Chosen on one half of the sentence pairs and scored on the other, a circuit",
      `  brings 0.70 (${
        intervalText({ low: whole!.held_out_low, high: whole!.held_out_high }, 2)
      }).`,
      "It is minimal: each of its nodes is needed, by simultaneous intervals.",
      "",
      "What faithfulness loses without a node",
      "node   drop  95 % interval   simultaneous",
      "1.1   0.900  0.900 to 0.900  0.900 to 0.900",
      "",
      ...ROWS_TEXT,
      "Faithfulness: caption-negated 0.900 (0.900 to 0.900)",
      "These are the rows that it was chosen on, which tends to make its faithfulness",
      "  too large",
      "Random circuits: none, since no other circuit has as many heads in each block",
      "  and as many MLPs",
      "Completeness: without a part of the circuit, its faithfulness and that of the",
      "  whole model differ by 0.100 on average and by 0.100 at most (1 of its parts)",
      "",
    ].join("\n"),
  );
});

Deno.test("circuitFindings() doubts a given circuit, and lists given sets", () => {
  const inputs = INPUTS.map(({ scores, measured }) => ({
    scores,
    measured: { sizes: measured.sizes, scores: measured.scores },
  }));
  const given = finish(circuitSteps(inputs, {
    ...CONTEXT,
    circuit: { nodes: ["head 1.1"] },
  }));
  const text = circuitText(given);
  assertStringIncludes(text, "\nIt was given: if it was chosen on some of these rows");
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

Deno.test("circuitFindings() calls a circuit minimal only if it is enough, and by the side that is furthest from 1 certainly further without any node", () => {
  const [whole] = tables.circuit.rows;
  const [drop] = ownNodes(tables.nodes.rows);
  const sides = ["all", "caption", "foil"] as const;
  const text = (
    nodes: readonly (readonly [without: readonly number[], low: number, high: number])[],
    shares: readonly number[] = [.95],
    tooFar: readonly ("yes" | "no")[] = [],
  ) => {
    const rows = nodes.flatMap(([without, simultaneous_low, simultaneous_high], i) =>
      without.map((share, side): CircuitNodeRow => ({
        ...{ ...drop!, head: i + 1, effect: shares[side]! - share, negation: sides[side]! },
        ...{ simultaneous_low, simultaneous_high },
      }))
    );
    const circuit = shares.map((faithfulness, side) => (
      { ...whole!, negation: sides[side]!, faithfulness, enough: tooFar[side] ?? "yes" }
    ));
    return flat({
      ...tables,
      nodes: { ...tables.nodes, rows },
      circuit: { ...tables.circuit, rows: circuit },
    });
  };
  const onSides = [.95, .93, .97];
  const cases: readonly (readonly [...Parameters<typeof text>, says: string])[] = [
    [[[[.55], .1, .8], [[.65], .01, .9]], [.95], [], "\nIt is minimal: "],
    [[[[.55], .1, .8], [[1.35], -.9, -.1]], [.95], [], "\nIt is minimal: "],
    [[[[.55], 0, .8], [[.55], .1, .9], [[1.35], -.9, 0]], [.95], [], "1 of its 3 nodes is "],
    [[[[.99], -.09, -.01]], [.95], [], "minimal: 0 of its 1 node are certainly needed."],
    [[[[1], .9, 1.1]], [2, 2], ["no", "no"], "node is not enough: "],
    [[[[1], .9, 1.1]], [2, 2], ["no"], "node is not enough for all rows: "],
    [[[[1], .9, 1.1]], [1, 2], ["yes", "no"], "minimal: it is not known to be faithful enough.\n"],
    // nearer to 1 only where the sides cancel out
    [[[[1, 1.8, .2], -.09, -.01]], onSides, [], "\nIt is minimal: "],
    [[[[1, .98, 1.02], -.09, -.01]], onSides, [], "0 of its 1 node are certainly needed."],
    [[[[.99, .93, 1.05], -.09, -.01]], onSides, [], "0 of its 1 node are certainly needed."],
  ];
  for (const [nodes, shares, tooFar, says] of cases) {
    assertStringIncludes(text(nodes, shares, tooFar), says);
  }
  const drops = text([[[.55], .1, .8], [[1.55], -.9, -.1], [[.5], .1, .9]]);
  assertEquals(drops.match(/^1\.\d(?= )/gm), ["1.2", "1.3", "1.1"]); // .4, -.6 and .45
});

Deno.test("circuitFindings() tells whether the circuit is beyond its control, or not known to be", () => {
  const [whole] = tables.circuit.rows;
  const cases = [["yes", "", 1.0005], ["no", "not ", 1.002], ["", "not known to be ", .9]] as const;
  for (const [specific, said, low] of cases) {
    const control = { control: "random", faithfulness_control: .25, faithfulness_beyond_low: 0 };
    const rows = [{ ...whole!, ...control, specific, low }];
    const text = flat({ ...tables, circuit: { ...tables.circuit, rows } });
    assertEquals(text.includes("\nAbove 1: "), low === 1.002); // by more than rounding
    const end = "beyond the control random, whose faithfulness is 0.25.\n";
    assertStringIncludes(text, `\nIt is ${said}${end}`);
  }
});

Deno.test("circuitFindings() counts random circuits, and gives completeness by absolute differences", () => {
  const [whole] = tables.circuit.rows;
  const [row] = tables.sets.rows;
  const rows = [
    ...[.3, -.1, 0].flatMap((value, i) => [
      { ...row!, set: `model without subset ${i + 1}`, value: .5 + value },
      { ...row!, set: `circuit without subset ${i + 1}`, value: .5 },
    ]),
    { ...row!, set: "circuit" },
  ];
  const text = flat({
    ...tables,
    sets: { ...tables.sets, rows },
    circuit: {
      ...tables.circuit,
      rows: [{ ...whole!, random: 15, random_reaching: 2, random_mean: .25 }],
    },
  });
  assertStringIncludes(
    text,
    "\nRandom circuits: 2 of 15 are as near to 1, by the largest |1 - faithfulness| of all rows and of each side; their mean faithfulness is 0.250\n",
  );
  assertStringIncludes(text, "differ by 0.133 on average and by 0.300 at most (3 of its parts)\n");
});

Deno.test("circuitFindings() names the frame in which the circuit is furthest from 1, on either side", () => {
  const [row] = tables.sets.rows;
  const text = (frames: Readonly<Record<string, number | undefined>>) => {
    const rows = Object.entries({ all: 0.25, ...frames }).map(([frame, value]) => (
      { ...row!, set: "circuit", frame, value, low: 0.5, high: 1 }
    ));
    return flat({ ...tables, sets: { ...tables.sets, rows } });
  };
  assertStringIncludes(
    text({ a: 0.875, b: 1.25, c: undefined }),
    '; of 2 frames it is furthest from 1 in "b", 1.250 (0.500 to 1.000)\n',
  );
  assertStringIncludes(text({ a: 1.0004, b: 0.9996 }), ", and 1 in each of 2 frames\n");
  assertEquals(text({}).includes("frame"), false);
});

Deno.test("circuitFindings() tells the circuit's alpha beside the model's, of either sign, and a push that is certain", () => {
  const [whole] = tables.circuit.rows;
  const told = (alpha: number, beyond: number, reach: number, share?: number) => {
    const own = {
      ...{ alpha, alpha_low: alpha, alpha_high: alpha, alpha_beyond: beyond, gamma_share: share },
      ...{ alpha_beyond_low: beyond - reach, alpha_beyond_high: beyond + reach },
    };
    const circuit = { ...tables.circuit, rows: [{ ...whole!, ...own }] };
    return circuitFindings({ ...tables, circuit } as CircuitTables).sentences!
      .find((said) => said.startsWith("In all segments"))!.replace(
        "In all segments it brings ",
        "",
      );
  };
  const where = "where the model has";
  assertEquals([
    ...[told(-0.5, -0.5, 0.1), told(0.5, 0.25, 0.1, 0.75), told(0.25, 0.25, 0.3)],
    ...[told(-1e-5, 5e-5, 1e-5), told(0, 0.5, 0.1)],
  ], [
    `a bias (alpha) of -0.50 ${where} 0.00: it also pushes towards the negated sentence`,
    `0.75 of understanding (gamma) and a bias (alpha) of 0.50 ${where} 0.25: it also pushes towards the affirmative sentence`,
    `a bias (alpha) of 0.25 ${where} 0.00`,
    `no bias (alpha) ${where} none`,
    `a bias (alpha) of 0.00 ${where} -0.50: it also pushes towards the affirmative sentence`,
  ]);
});
