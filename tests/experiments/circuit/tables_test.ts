/** The tables from rows whose scores are made by hand. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { CircuitInput } from "../../../lib/experiments/circuit/measured.ts";
import { setsOfTests, testsOf } from "../../../lib/experiments/circuit/circuit_tests.ts";
import { circuitFindings } from "../../../lib/experiments/circuit/findings.ts";
import { circuitFiles, idsDigest } from "../../../lib/experiments/circuit/circuit_files.ts";
import {
  circuitRowEffects,
  circuitSteps,
  type CircuitTables,
} from "../../../lib/experiments/circuit/tables/tables.ts";
import { ownNodes } from "../../../lib/experiments/circuit/tables/nodes.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { BOTH_SIDES, CONTEXT, INPUTS, ROWS, SEED, SIZES, SOURCES, tables } from "./hand_made.ts";

/** What is measured of a row where a search has found these nodes. */
function foundIn(
  sizes: typeof SIZES,
  sets: ReturnType<typeof setsOfTests>,
  { nodes, scores }: { readonly nodes: readonly number[]; readonly scores: readonly number[] },
): CircuitInput["measured"] {
  const circuit = { ranking: "denoise", start: nodes.length, nodes } as const;
  return { sizes, scores, search: { heldOut: "pair", rankings: [], sets, circuit } };
}

const ranked = ({ nodes }: CircuitTables) => nodes.rows.filter(({ rank }) => rank !== undefined);

Deno.test("circuitSteps() gives every set its score in every row, and its faithfulness on each side", () => {
  const first = tables.scores.rows.filter(({ id }) => id === "r0");
  assertEquals(
    first.slice(0, 5).map(({ set, score }) => [set, score]),
    [
      ...[["denoise 0", 10], ["denoise 1", 11.8], ["denoise 2", 12], ["circuit", 11.8]],
      ["circuit without head 1.1", 10],
    ],
  );
  assertEquals(tables.scores.rows.length, ROWS * (3 + 2 + 2 + 2)); // a circuit of one node has one part
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
  assertAlmostEquals(setsOf((row) => row === 0 ? 10 + .002 * ROWS : 10).faithfulness!, .001, 1e-9);
});

Deno.test("circuitSteps() gives the areas under the curve in closed form", () => {
  const curve = tables.measures.rows.filter(({ negation, measure }) =>
    negation === "all" && measure === "faithfulness"
  );
  assertEquals(curve.map(({ nodes }) => nodes), [0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
  const area = (name: string) => tables.measures.rows.find(({ measure }) => measure === name)!;
  const cpr = .3 * .9 / 2 + .5 * 1.9 / 2; // trapezoids from .2 to .5 and from .5 to 1
  const cmd = .199 + .3 * 1.1 / 2 + .5 * .1 / 2;
  for (const [name, expected] of [["cpr", cpr], ["cmd", cmd]] as const) {
    const { value, low, high } = area(name);
    for (const bound of [value, low, high]) assertAlmostEquals(bound!, expected, 1e-12);
  }
});

Deno.test("circuitSteps() tests the circuit: what falls without its node, and what the model keeps", () => {
  const [drop] = ownNodes(tables.nodes.rows);
  assertEquals([drop!.node, drop!.layer, drop!.head], ["head", 1, 1]);
  assertAlmostEquals(drop!.effect!, .9, 1e-12);
  for (const { measure, nodes, value } of tables.measures.rows) {
    if (measure !== "completeness") continue;
    assertEquals(nodes, 1);
    assertAlmostEquals(value!, .1, 1e-12); // the MLP alone
  }
  const [whole] = tables.circuit.rows;
  assertEquals([whole!.random, whole!.random_mean], [0, undefined]); // the only head of its block
  assertEquals(whole!.scored_on, "chosen");
});

Deno.test("circuitSteps() scores each half of the rows with the circuit that was chosen on the other one", () => {
  const [whole] = tables.circuit.rows;
  assertAlmostEquals(whole!.held_out!, (3 * .1 + (ROWS - 3) * .9) / ROWS, 1e-12);
  assert(whole!.held_out_low! < .7 && .7 < whole!.held_out_high!);
  const without = INPUTS.map(({ scores, measured: { half: _, ...measured } }) => {
    const { chosenOnHalves: __, ...search } = measured.search!;
    return { scores, measured: { ...measured, search } };
  });
  assertEquals(finish(circuitSteps(without, CONTEXT)).circuit.rows[0]!.held_out, undefined);
});

Deno.test("circuitSteps() gives drops an interval for all nodes at once, which contains that of each", () => {
  const both = INPUTS.map(({ scores, measured }, i): CircuitInput => {
    const sets = setsOfTests(testsOf([0, 1], SIZES, SEED));
    const own = [11 + i / 8, 11 - (i % 3) / 4]; // only the MLP, and only the head
    return { scores, measured: foundIn(measured.sizes, sets, { nodes: [0, 1], scores: own }) };
  });
  const rows = ownNodes(finish(circuitSteps(both, CONTEXT)).nodes.rows).slice(0, 2);
  assertAlmostEquals(rows[0]!.effect!, 1 - (12 + 66 / 8) / 24, 1e-12);
  assertAlmostEquals(rows[1]!.effect!, 1 - (12 - 12 / 4) / 24, 1e-12);
  for (const { low, high, simultaneous_low, simultaneous_high } of rows) {
    assert(simultaneous_low! < low! && high! < simultaneous_high!);
    assert(simultaneous_low! > low! - (high! - low!)); // but not much wider
  }
  const [constant] = ownNodes(tables.nodes.rows);
  assertEquals(constant!.simultaneous_low, constant!.low);
});

Deno.test("circuitSteps() counts rows of either sign of d, each in the direction of its own d", () => {
  const inputs = INPUTS.map((input, i): CircuitInput => (
    i % 2 === 0 ? input : {
      ...input,
      scores: { ...input.scores, s_caption: 8, d: -2 },
      measured: { ...input.measured, scores: [8.2, 9.8], single: { denoise: [9, 10] } },
    }
  ));
  const found = finish(circuitSteps(inputs, CONTEXT));
  const { sets, circuit, measures, nodes } = found;
  for (const [i, f] of [0, .9, 1, .9].entries()) {
    assertAlmostEquals(sets.rows[i]!.faithfulness!, f, 1e-12);
  }
  assertAlmostEquals(circuit.rows[0]!.low!, .9, 1e-12);
  assertEquals(circuit.rows.map(({ enough }) => enough), ["yes", "yes"]);
  assertAlmostEquals(ownNodes(nodes.rows)[0]!.effect!, .9, 1e-12);
  assertAlmostEquals(ranked(found)[0]!.effect!, .5, 1e-12);
  const cprOf = (rows: typeof measures.rows) =>
    rows.find(({ measure }) => measure === "cpr")!.value!;
  assertAlmostEquals(cprOf(measures.rows), cprOf(tables.measures.rows), 1e-12);
});

Deno.test("circuitSteps() leaves shares of d empty where d is no more than a rounding error", () => {
  const inputs = INPUTS.map((input) => (
    { ...input, scores: { ...input.scores, s_caption: 10.00005, d: .00005 } }
  ));
  const { sets, circuit, nodes, scores, measures } = finish(circuitSteps(inputs, CONTEXT));
  for (const { low, high, value } of measures.rows) {
    assertEquals([value, low, high], [undefined, undefined, undefined]);
  }
  for (const { faithfulness, low, high } of [...sets.rows, ...circuit.rows]) {
    assertEquals([faithfulness, low, high], [undefined, undefined, undefined]);
  }
  for (const { effect, share_of_samples } of nodes.rows) {
    assertEquals([effect, share_of_samples], [undefined, undefined]);
  }
  const [whole] = circuit.rows;
  assertEquals([whole!.row_error, whole!.rows_near, whole!.enough], [undefined, undefined, ""]);
  assertEquals(whole!.random_reaching, 0);
  assertEquals(scores.rows.length, tables.scores.rows.length);
});

Deno.test("circuitSteps() measures the circuit in single rows, whose errors do not cancel out", () => {
  const ratios = [1.2, .8, 1.21, .79, 1, 2, 0, ...new Array<number>(5).fill(1)]; // mean 1
  const inputs = INPUTS.map(({ scores, measured }, i): CircuitInput => (
    { scores, measured: { ...measured, scores: [10 + 2 * ratios[i]!, 10] } }
  ));
  const [whole] = finish(circuitSteps(inputs, CONTEXT)).circuit.rows;
  assertAlmostEquals(whole!.faithfulness!, 1, 1e-12);
  assertAlmostEquals(whole!.row_error!, (.2 + .2 + .21 + .21 + 1 + 1) / 12, 1e-12);
  assert(whole!.row_error_low! < whole!.row_error! && whole!.row_error! < whole!.row_error_high!);
  assertEquals(whole!.rows_near, 8 / 12);
});

Deno.test("circuitSteps() counts random circuits by their distance from 1, on both sides of it", () => {
  const sizes = { layers: 1, heads: 4 };
  const sets = setsOfTests(testsOf([0], sizes, SEED));
  const scoreOf = new Map([["circuit", 1.05], ["random 1", 1.2], ["random 2", .96], [
    "random 3",
    .97,
  ]]);
  const names = sets.filter(({ nodes }) => nodes.length > 0 && nodes.length < 5);
  assertEquals(sets.filter(({ name }) => name.startsWith("random")).length, 3);
  const inputs = INPUTS.map(({ scores }): CircuitInput => {
    const distinct = [...new Map(names.map(({ name, nodes }) => [nodes.join(), name])).values()];
    const own = distinct.map((name) => 10 + 2 * (scoreOf.get(name) ?? 0));
    return { scores, measured: foundIn(sizes, sets, { nodes: [0], scores: own }) };
  });
  const [whole] = finish(circuitSteps(inputs, CONTEXT)).circuit.rows;
  assertAlmostEquals(whole!.faithfulness!, 1.05, 1e-12);
  assertEquals([whole!.random, whole!.random_reaching], [3, 2]);
  assertEquals([whole!.enough, whole!.random_fixed], ["yes", ""]);
});

Deno.test("circuitSteps() counts a random circuit over all rows only if it is as near to 1 on each side too", () => {
  const sizes = { layers: 1, heads: 2 };
  const sets = setsOfTests(testsOf([0], sizes, SEED));
  const distinct = [...new Set(sets.map(({ nodes }) => nodes.join()))].filter((key) =>
    key !== "" && key !== "0,1,2"
  );
  const reachingOf = (random: readonly [caption: number, foil: number]) => {
    const inputs = BOTH_SIDES.map(({ scores }, i): CircuitInput => {
      const f = new Map([["0", .95], ["1", random[i % 2]!]]); // the circuit, and the only other head
      const own = distinct.map((key) => 10 + 2 * (f.get(key) ?? 0));
      return { scores, measured: foundIn(sizes, sets, { nodes: [0], scores: own }) };
    });
    const { rows } = finish(circuitSteps(inputs, CONTEXT)).circuit;
    return rows.map((
      { random_reaching, random_mean },
    ) => [random_reaching, random_mean!.toFixed(2)]);
  };
  assertEquals(reachingOf([1.8, .2]), [[0, "1.00"], [0, "0.20"], [0, "1.80"]]); // 1 over all rows
  assertEquals(reachingOf([1.02, .5]), [[0, "0.76"], [0, "0.50"], [1, "1.02"]]);
  assertEquals(reachingOf([1.04, .96]), [[1, "1.00"], [1, "0.96"], [1, "1.04"]]);
});

Deno.test("circuitSteps() chooses the size of the circuit anew in each sample, as the binomial distribution does", () => {
  const inputs = INPUTS.map(({ scores, measured }, i) => ({
    scores,
    measured: {
      ...measured,
      ...{ scores: [i === 0 ? 10 : 12, 10], single: { denoise: [11, 10] } },
    },
  }));
  const [head, mlp] = ranked(finish(circuitSteps(inputs, { ...CONTEXT, faithfulness: .95 })));
  assertEquals(head!.share_of_samples, 1);
  // The head alone has 1 - c / 12 in a sample with c times the first row: enough only if c = 0.
  const expected = 1 - (1 - 1 / ROWS) ** ROWS;
  const sd = Math.sqrt(expected * (1 - expected) / 2000);
  assert(Math.abs(mlp!.share_of_samples! - expected) < 4 * sd, `${mlp!.share_of_samples}`);
});

Deno.test("circuitSteps() says in how many samples a node is among the first, as the binomial distribution does", () => {
  const [head, mlp] = ranked(tables);
  for (const row of [head!, mlp!]) assertAlmostEquals(row.effect!, .5, 1e-12);
  // The head comes first unless the first row is drawn more than once of 12 times.
  const [p, q] = [1 / ROWS, 1 - 1 / ROWS];
  const expected = q ** ROWS + ROWS * p * q ** (ROWS - 1);
  const sd = Math.sqrt(expected * (1 - expected) / 2000);
  assert(Math.abs(head!.share_of_samples! - expected) < 4 * sd, `${head!.share_of_samples}`);
  assertAlmostEquals(head!.share_of_samples! + mlp!.share_of_samples!, 1, 1e-12);
});

Deno.test("circuitSteps() gives no membership with too few clusters, and no rows without rows", () => {
  const few = finish(circuitSteps(INPUTS.slice(0, 8), CONTEXT));
  assertEquals(ranked(few).map((row) => row.share_of_samples), [undefined, undefined]);
  assertEquals(few.sets.rows[1]!.low, undefined);
  const none = finish(circuitSteps([], CONTEXT));
  assertEquals(Object.values(none).map(({ rows }) => rows.length), new Array(6).fill(0));
  assertEquals(circuitFindings(none), { sentences: ["No row is in the segments"] });
});

Deno.test("circuitFiles() has the circuit with what was found of it, and the nodes of all sets", () => {
  const here = { ...SOURCES, rows: idsDigest(INPUTS.map(({ scores }) => scores.id)) };
  const { circuit, circuit_sets } = circuitFiles(tables, {
    ...{ segments: ["correct"], faithfulness: .85, seed: SEED, sources: SOURCES },
    circuit: undefined,
  });
  const { faithfulness, ...rest } = JSON.parse(JSON.stringify(circuit));
  assertEquals(rest, {
    nodes: ["head 1.1"],
    found: { ranking: "denoise", bound: .85, segments: ["correct"], seed: SEED },
    ...{ ...here, chosenOn: here },
  });
  assertEquals(Object.keys(faithfulness), ["all", "caption"]);
  assertAlmostEquals(faithfulness.all.estimate, .9, 1e-12);
  assertEquals(Object.entries(circuit_sets).slice(0, 3), [
    ["denoise 0", []],
    ["denoise 1", ["head 1.1"]],
    ["denoise 2", ["head 1.1", "mlp 1"]],
  ]);
});

Deno.test("circuitRowEffects() gives in each row what the circuit brings about of d, and what it loses without a node", () => {
  const { effects } = circuitRowEffects(tables, INPUTS);
  const first = [...effects].filter(({ id }) => id === "r0");
  assertEquals(first.map(({ part }) => part), ["the circuit", "1.1"]);
  for (const { effect } of first) assertAlmostEquals(effect!, 1.8, 1e-12); // of d = 2
});

Deno.test("circuitRowEffects() gives rows without images, of either side, the same share of the embedding's change", () => {
  const inputs = BOTH_SIDES.map(({ scores, measured }): CircuitInput => (
    { scores: { ...scores, segment: "none" }, measured }
  ));
  const { effects, asTheyAre } = circuitRowEffects(finish(circuitSteps(inputs, CONTEXT)), inputs);
  const shares = [...effects].filter(({ part }) => part === "the circuit");
  assertEquals([shares.length, asTheyAre], [ROWS, true]);
  for (const { effect } of shares) assertAlmostEquals(effect!, .9, 1e-12);
});

Deno.test("circuitRowEffects() gives a row without images nothing if its embeddings differ by rounding alone", () => {
  const inputs = INPUTS.map(({ scores, measured }, row): CircuitInput => (
    row > 0 ? { scores: { ...scores, segment: "none" }, measured } : {
      scores: { ...scores, segment: "none", s_caption: 10 + 1e-6, d: 1e-6 },
      measured: { ...measured, scores: [10 - 1e-6, 10] },
    }
  ));
  const { effects } = circuitRowEffects(finish(circuitSteps(inputs, CONTEXT)), inputs);
  for (const { id, effect } of effects) if (id === "r0") assertAlmostEquals(effect!, 0);
});
