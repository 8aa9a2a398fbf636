/** The tables from rows whose scores are made by hand. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { CircuitInput } from "../../../lib/experiments/circuit/measured.ts";
import { setsOfTests, testsOf } from "../../../lib/experiments/circuit/circuit_tests.ts";
import { beginning, type Ranking } from "../../../lib/experiments/circuit/search/search.ts";
import { circuitFindings } from "../../../lib/experiments/circuit/findings.ts";
import { circuitFiles } from "../../../lib/experiments/circuit/circuit_files.ts";
import {
  type CircuitContext,
  circuitSteps,
} from "../../../lib/experiments/circuit/tables/tables.ts";
import { finish } from "../../../lib/stats/steps.ts";

/** A model with the nodes head 1.1 and mlp 1. */
const SIZES = { layers: 1, heads: 1 };
const SEED = 3;
const RANKING: Ranking = { name: "denoise", order: [0, 1] };
const ROWS = 8;

/**
 * Rows of as many sentence pairs with d = 2. The head alone gives back .9 d, the MLP alone .1 d. By single runs both add 1/2 to the sum of
 * d: the head 1 logit to each row, the MLP 8 logits to the first row.
 */
const INPUTS: readonly CircuitInput[] = Array.from({ length: ROWS }, (_, i) => ({
  scores: {
    ...{ id: `r${i}`, image: "a.png", negation: "caption", segment: "correct", tokens: 7 },
    ...{ caption: `There is no dog ${i}.`, foil: `There is a dog ${i}.` },
    ...{ s_caption: 12, s_foil: 10, d: 2 },
  },
  measured: {
    sizes: SIZES,
    scores: [11.8, 10.2],
    single: { denoise: [11, i === 0 ? 18 : 10] },
    search: {
      rankings: [RANKING],
      sets: [
        ...[0, 1, 2].map((size) => beginning(RANKING, size)),
        ...setsOfTests(testsOf([0], SIZES, SEED)),
      ],
      circuit: { ranking: "denoise", nodes: [0] },
    },
  },
}));

const CONTEXT: CircuitContext = {
  ...{ segments: ["correct"], seed: SEED, cluster: "pair", sets: undefined, circuit: undefined },
};

const tables = finish(circuitSteps(INPUTS, CONTEXT));

Deno.test("circuitSteps() gives every set its score in every row, and its faithfulness on each side", () => {
  const first = tables.scores.rows.filter(({ id }) => id === "r0");
  assertEquals(
    first.slice(0, 5).map(({ set, score }) => [set, score]),
    [
      ...[["denoise 0", 10], ["denoise 1", 11.8], ["denoise 2", 12], ["circuit", 11.8]],
      ["circuit without head 1.1", 10],
    ],
  );
  assertEquals(tables.scores.rows.length, ROWS * (3 + 2 + 20));
  const rows = tables.sets.rows.slice(0, 4);
  assertEquals(rows.map(({ set, nodes, members }) => [set, nodes, members]), [
    ["denoise 0", 0, ""],
    ["denoise 1", 1, "head 1.1"],
    ["denoise 2", 2, "head 1.1, mlp 1"],
    ["circuit", 1, "head 1.1"],
  ]);
  assertEquals(new Set(tables.sets.rows.map((row) => row.negation)), new Set(["all", "caption"]));
  for (const [i, f] of [0, .9, 1, .9].entries()) {
    for (const value of [rows[i]!.faithfulness, rows[i]!.low, rows[i]!.high]) {
      assertAlmostEquals(value!, f, 1e-12); // all rows are alike
    }
  }
});

Deno.test("circuitSteps() takes a gain within the rounding error of S in all rows as none", () => {
  const setsOf = (scores: (row: number) => number) =>
    finish(circuitSteps(
      INPUTS.map((input, row) => (
        { ...input, measured: { ...input.measured, scores: [scores(row), 10.2] } }
      )),
      CONTEXT,
    )).sets.rows[1]!;
  const rounded = setsOf(() => 10 + 5e-5);
  assertEquals([rounded.faithfulness, rounded.low, rounded.high], [0, 0, 0]);
  assertAlmostEquals(setsOf((row) => row === 0 ? 10.016 : 10).faithfulness!, .001, 1e-9);
});

Deno.test("circuitSteps() gives the areas under the curve in closed form", () => {
  const curve = tables.curve.rows.filter(({ negation }) => negation === "all");
  assertEquals(curve.map(({ nodes }) => nodes), [0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
  const [area] = tables.areas.rows;
  const cpr = .3 * .9 / 2 + .5 * 1.9 / 2; // trapezoids from .2 to .5 and from .5 to 1
  const cmd = .199 + .3 * 1.1 / 2 + .5 * .1 / 2;
  for (const bound of [area!.cpr, area!.cpr_low, area!.cpr_high]) {
    assertAlmostEquals(bound!, cpr, 1e-12);
  }
  for (const bound of [area!.cmd, area!.cmd_low, area!.cmd_high]) {
    assertAlmostEquals(bound!, cmd, 1e-12);
  }
});

Deno.test("circuitSteps() tests the circuit: what falls without its node, and what the model keeps", () => {
  const [drop] = tables.minimality.rows;
  assertEquals([drop!.node, drop!.layer, drop!.head, drop!.drop_there], ["head", 1, 1, undefined]);
  assertAlmostEquals(drop!.drop!, .9, 1e-12);
  for (const { circuit, model, difference, nodes } of tables.completeness.rows) {
    assertEquals([nodes, circuit], [1, 0]);
    assertAlmostEquals(model!, .1, 1e-12);
    assertAlmostEquals(difference!, .1, 1e-12);
  }
  const [whole] = tables.circuit.rows;
  assertEquals([whole!.random, whole!.random_mean], [0, undefined]); // the only head of its block
});

Deno.test("circuitSteps() says in how many samples a node is among the first, as the binomial distribution does", () => {
  const [head, mlp] = tables.membership.rows;
  for (const row of [head!, mlp!]) assertAlmostEquals(row.effect!, .5, 1e-12);
  assertEquals([head!.in_circuit, mlp!.in_circuit, head!.among], ["yes", "no", 1]);
  // The head comes first unless the first row is drawn more than once of 8 times.
  const [p, q] = [1 / ROWS, 1 - 1 / ROWS];
  const expected = q ** ROWS + ROWS * p * q ** (ROWS - 1);
  const sd = Math.sqrt(expected * (1 - expected) / 2000);
  assert(Math.abs(head!.share_of_samples! - expected) < 4 * sd, `${head!.share_of_samples}`);
  assertAlmostEquals(head!.share_of_samples! + mlp!.share_of_samples!, 1, 1e-12);
});

Deno.test("circuitSteps() gives no membership below six clusters, and no rows without rows", () => {
  const few = finish(circuitSteps(INPUTS.slice(0, 5), CONTEXT));
  assertEquals(few.membership.rows.map((row) => row.share_of_samples), [undefined, undefined]);
  assertEquals(few.sets.rows[1]!.low, undefined);
  const none = finish(circuitSteps([], CONTEXT));
  assertEquals(Object.values(none).map(({ rows }) => rows.length), [0, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals(circuitFindings(none), "Circuit: no row is in the segments\n");
});

Deno.test("circuitFiles() has the circuit with what was found of it, and the nodes of all sets", () => {
  const sources = { model: [{ file: "m", sha256: "1" }], data: [] };
  const { circuit, circuit_sets } = circuitFiles(tables, {
    ...{ segments: ["correct"], faithfulness: .9, seed: SEED, sources },
  });
  const { faithfulness, drops, ...rest } = JSON.parse(JSON.stringify(circuit));
  assertEquals(rest, {
    nodes: ["head 1.1"],
    random: { circuits: 0, reaching: 0 },
    found: { ranking: "denoise", bound: .9, segments: ["correct"], seed: SEED },
    ...sources,
  });
  assertEquals(Object.keys(faithfulness), ["all", "caption"]);
  assertAlmostEquals(faithfulness.all.estimate, .9, 1e-12);
  assertAlmostEquals(drops["head 1.1"].low, .9, 1e-12);
  assertEquals(Object.entries(circuit_sets).slice(0, 3), [
    ["denoise 0", []],
    ["denoise 1", ["head 1.1"]],
    ["denoise 2", ["head 1.1", "mlp 1"]],
  ]);
});

Deno.test("circuitFindings() tells the circuit, its drops, chance, completeness and the areas", () => {
  assertEquals(
    circuitFindings(tables),
    [
      "Circuit of 1 node of 2, the shortest beginning of a ranking that is enough, here",
      "  by denoise: head 1.1",
      "Faithfulness 0.900 (0.900 to 0.900) over 8 rows (correct); caption-negated 0.900",
      "  (0.900 to 0.900)",
      "node       drop  95 % interval   samples",
      `head 1.1  0.900  0.900 to 0.900    ${
        tables.membership.rows[0]!.share_of_samples!.toFixed(3)
      }`,
      "Minimal: without any one node the circuit is less faithful",
      "Random circuits: none, since no other circuit has as many heads in each block",
      "  and the same MLPs",
      "Completeness: without the same 10 random parts of the circuit, the whole model",
      "  is on average 0.100 more faithful than the circuit",
      "Areas under the curves",
      "ranking    CPR  95 % interval     CMD  its interval",
      "denoise  0.610  0.610 to 0.610  0.389  0.389 to 0.389",
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
      drops: { "head 1.1": { estimate: .25 } },
    },
  }));
  const lines = circuitFindings(given).split("\n");
  assertEquals(lines.slice(0, 6), [
    "Circuit of 1 node, that of --circuit: head 1.1",
    "Faithfulness 0.900 (0.900 to 0.900) over 8 rows (correct); caption-negated 0.900",
    "  (0.900 to 0.900)",
    "In the run that found it: 0.750 (0.500 to 1.000)",
    "node       drop  95 % interval   drop there",
    "head 1.1  0.900  0.900 to 0.900       0.250",
  ]);
  const sets = finish(circuitSteps(inputs, {
    ...CONTEXT,
    sets: { one: ["head 1.1"], other: ["mlp 1"], whole: ["mlp 1", "head 1.1"] },
  }));
  assertEquals(
    circuitFindings(sets),
    [
      "Faithfulness of the sets over 8 rows (correct)",
      "set    nodes  faithfulness  95 % interval",
      "one        1         0.900  0.900 to 0.900",
      "other      1         0.100  0.100 to 0.100",
      "whole      2         1.000  1.000 to 1.000",
      "",
    ].join("\n"),
  );
});
