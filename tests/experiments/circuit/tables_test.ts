/** The tables from rows whose scores are made by hand. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type CircuitInput, setsOfTests } from "../../../lib/experiments/circuit/circuit_run.ts";
import {
  circuitFiles,
  circuitRowEffects,
  circuitSteps,
  ownNodes,
} from "../../../lib/experiments/circuit/circuit_table.ts";
import { circuitFindings } from "../../../lib/experiments/circuit/findings.ts";
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

const areaIn = (found: typeof tables, name: string) =>
  found.sets.rows.find(({ measure }) => measure === name)!;

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
    for (const value of [rows[i]!.value, rows[i]!.low, rows[i]!.high]) {
      assertAlmostEquals(value!, f, 1e-12); // all rows are alike
    }
  }
});

Deno.test("circuitSteps() gives the circuit its faithfulness in each frame, of two that have enough rows", () => {
  const framed = ["a", "b"].flatMap((frame) =>
    INPUTS.map(({ scores, measured }): CircuitInput => ({
      scores: { ...scores, frame, id: scores.id + frame, caption: scores.caption + frame },
      measured: frame === "a" ? measured : { ...measured, scores: [11, measured.scores[1]!] },
    }))
  );
  const rows = finish(circuitSteps(framed, CONTEXT)).sets.rows;
  const ofFrames = rows.filter(({ frame }) => frame !== "all");
  assertEquals(ofFrames.map(({ frame, set, n }) => [frame, set, n]), [
    ["a", "circuit", ROWS],
    ["b", "circuit", ROWS],
  ]);
  for (const [i, f] of [.9, .5].entries()) assertAlmostEquals(ofFrames[i]!.value!, f, 1e-12);
  assertEquals(tables.sets.rows.filter(({ frame }) => frame !== "all"), []); // rows of one frame
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
  assertEquals([rounded.value, rounded.low, rounded.high], [0, 0, 0]);
  assertAlmostEquals(setsOf((row) => row === 0 ? 10 + .002 * ROWS : 10).value!, .001, 1e-9);
});

Deno.test("circuitSteps() tests the circuit: what falls without its node, and random circuits", () => {
  const [drop] = ownNodes(tables.nodes.rows);
  assertEquals([drop!.node, drop!.layer, drop!.head], ["head", 1, 1]);
  assertAlmostEquals(drop!.effect!, .9, 1e-12);
  const [whole] = tables.circuit.rows;
  assertEquals([whole!.random, whole!.random_mean], [0, undefined]); // the only head of its block
});

Deno.test("circuitSteps() scores each half of the rows with the circuit that was chosen on the other one", () => {
  const [whole] = tables.circuit.rows;
  assertAlmostEquals(whole!.held_out!, (3 * .1 + (ROWS - 3) * .9) / ROWS, 1e-12);
  assert(whole!.held_out_low! < .7 && .7 < whole!.held_out_high!);
  const without = INPUTS.map(({ scores, measured }) => {
    const sets = measured.search!.sets.filter(({ name }) => !name.startsWith("chosen"));
    return { scores, measured: { ...measured, search: { ...measured.search!, sets } } };
  });
  assertEquals(finish(circuitSteps(without, CONTEXT)).circuit.rows[0]!.held_out, undefined);
});

Deno.test("circuitSteps() gives drops an interval for all nodes at once, which contains that of each", () => {
  const both = INPUTS.map(({ scores, measured }, i): CircuitInput => {
    const sets = setsOfTests([0, 1], SIZES, SEED);
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
  for (const [i, f] of [0, .9, 1, .9].entries()) {
    assertAlmostEquals(found.sets.rows[i]!.value!, f, 1e-12);
  }
  assertAlmostEquals(found.circuit.rows[0]!.low!, .9, 1e-12);
  for (const [faithfulness, said] of [[.9, "yes"], [.91, "no"]] as const) {
    const { circuit } = finish(circuitSteps(inputs, { ...CONTEXT, faithfulness }));
    assertEquals(circuit.rows.map(({ enough }) => enough), [said, said]);
  }
  assertAlmostEquals(ownNodes(found.nodes.rows)[0]!.effect!, .9, 1e-12);
  assertAlmostEquals(found.nodes.rows.find(({ rank }) => rank === 1)!.effect!, .5, 1e-12);
  assertAlmostEquals(areaIn(found, "cpr").value!, areaIn(tables, "cpr").value!, 1e-12);
});

Deno.test("circuitSteps() leaves shares of d empty where d is no more than a rounding error", () => {
  const inputs = INPUTS.map((input) => (
    { ...input, scores: { ...input.scores, s_caption: 10.00005, d: .00005 } }
  ));
  const { sets, circuit, nodes } = finish(circuitSteps(inputs, CONTEXT));
  for (const { value, low, high, row_error, rows_near } of sets.rows) {
    assertEquals(new Set([value, low, high, row_error, rows_near]), new Set([undefined]));
  }
  for (const { faithfulness, enough, random_reaching } of circuit.rows) {
    assertEquals([faithfulness, enough, random_reaching], [undefined, "", 0]);
  }
  for (const { effect } of nodes.rows) assertEquals(effect, undefined);
});

Deno.test("circuitSteps() measures the circuit in single rows, whose errors do not cancel out", () => {
  const ratios = [1.2, .8, 1.21, .79, 1, 2, 0, ...new Array<number>(5).fill(1)]; // mean 1
  const inputs = INPUTS.map(({ scores, measured }, i): CircuitInput => (
    { scores, measured: { ...measured, scores: [10 + 2 * ratios[i]!, 10] } }
  ));
  const { rows } = finish(circuitSteps(inputs, CONTEXT)).sets;
  const { value, row_error, rows_near } = rows.find(({ set }) => set === "circuit")!;
  assertAlmostEquals(value!, 1, 1e-12);
  assertAlmostEquals(row_error!, (.2 + .2 + .21 + .21 + 1 + 1) / 12, 1e-12);
  assertEquals(rows_near, 8 / 12);
});

Deno.test("circuitSteps() counts random circuits by their distance from 1, on both sides of it, over all rows only if each side is as near too", () => {
  const sizes = { layers: 1, heads: 2 };
  const sets = setsOfTests([0], sizes, SEED);
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
    return rows.map((row) => [row.random_reaching, row.random_mean!.toFixed(2)]);
  };
  assertEquals(reachingOf([1.8, .2]), [[0, "1.00"], [0, "0.20"], [0, "1.80"]]); // 1 over all rows
  assertEquals(reachingOf([1.02, .5]), [[0, "0.76"], [0, "0.50"], [1, "1.02"]]);
  assertEquals(reachingOf([1.04, .96]), [[1, "1.00"], [1, "0.96"], [1, "1.04"]]);
});

Deno.test("circuitSteps() has the share of gamma and the alpha of the circuit, and the model's alpha, over rows of all segments", () => {
  const sets = setsOfTests([0], SIZES, SEED);
  const rows = Array.from({ length: 40 }, (_, i) => {
    const negation = i % 2 === 0 ? "caption" as const : "foil" as const;
    const sign = negation === "foil" ? 1 : -1;
    const gamma = 1 + (i >> 1) % 5;
    // d of a foil-negated row is 2 gamma + 2 alpha, of a caption-negated one 2 gamma - 2 alpha
    const [d, effect] = [2 * gamma - sign, gamma - 2 * sign]; // alpha -1/2; half of gamma, and alpha -1
    const sentences = [`There is no dog ${i >> 1}.`, `There is a dog ${i >> 1}.`];
    const [caption, foil] = sign === 1 ? sentences.toReversed() : sentences;
    return {
      scores: {
        ...INPUTS[0]!.scores,
        ...{ id: `r${i}`, negation, caption: caption!, foil: foil!, d },
        segment: "correct" as const,
        ...sign === 1 ? { s_caption: 10, s_foil: 10 - d } : { s_caption: 10 + d, s_foil: 10 },
        tokens: 7,
      },
      score: 10 - sign * effect,
    };
  });
  const inputs = rows.slice(0, 30).map(({ scores, score }): CircuitInput => (
    { scores, measured: foundIn(SIZES, sets, { nodes: [0], scores: [score, 10] }) }
  ));
  const context = { ...CONTEXT, others: rows.slice(30) };
  const found = finish(circuitSteps(inputs, context));
  const [whole, ...sides] = found.circuit.rows;
  assertAlmostEquals(whole!.gamma_share!, .5, 1e-12);
  assertAlmostEquals(whole!.gamma_share_high!, .5, 1e-12); // of each pair
  assertAlmostEquals(whole!.alpha!, -1, 1e-12);
  assertAlmostEquals(whole!.alpha_beyond_low!, -.5, 1e-12);
  for (const { alpha, gamma_share } of sides) {
    assertEquals([alpha, gamma_share], [undefined, undefined]);
  }
  assertEquals(
    circuitFindings(found).sentences![2],
    "In all segments it brings 0.50 (0.50 to 0.50) of understanding (gamma) and a bias (alpha) of -1.00 where the model has -0.50: it also pushes towards the negated sentence",
  );
  const others = rows.slice(30).map((row) => ({ ...row, score: 10 }));
  const less = finish(circuitSteps(inputs, { ...CONTEXT, others })).circuit.rows[0]!;
  const part = (from: number, to: number) =>
    rows.slice(from, to).reduce((sum, _, i) => sum + 1 + ((from + i) >> 1) % 5, 0);
  assertAlmostEquals(less.gamma_share!, .5 * part(0, 30) / part(0, 40), 1e-12); // the others bring nothing
});

Deno.test("circuitFiles() has the circuit with its faithfulness and its sources, and the nodes of all sets", () => {
  const { circuit, circuit_sets } = circuitFiles(tables, { sources: SOURCES });
  const { faithfulness, ...rest } = JSON.parse(JSON.stringify(circuit));
  assertEquals(rest, { nodes: ["head 1.1"], ...SOURCES });
  assertEquals(Object.keys(faithfulness), ["all", "caption"]);
  assertAlmostEquals(faithfulness.all.estimate, .9, 1e-12);
  assertEquals(Object.entries(circuit_sets).slice(0, 3), [
    ["denoise 0", []],
    ["denoise 1", ["head 1.1"]],
    ["denoise 2", ["head 1.1", "mlp 1"]],
  ]);
});

Deno.test("circuitRowEffects() gives in each row what the circuit brings about of d, or without images of the embedding's change, and what it loses without a node", () => {
  const isFirst = ({ id }: { readonly id: string }) => id === "r0";
  const rows = tables.scores.rows.map((row) =>
    row.set.startsWith("circuit without ") ? { ...row, score: 10.5 } : row
  );
  const circuit = { ...tables.circuit, rows: tables.circuit.rows.slice(0, 1) };
  const found = { ...tables, circuit, scores: { ...tables.scores, rows } };
  const first = [...circuitRowEffects(found, INPUTS).effects].filter(isFirst);
  assertEquals(first.map(({ part }) => part), ["the circuit", "1.1"]);
  first.forEach(({ effect }, i) => assertAlmostEquals(effect!, [1.8, 1.3][i]!, 1e-12)); // of d = 2
  const partsOf = (found: typeof tables) =>
    new Set([...circuitRowEffects(found, INPUTS).effects].map(({ part }) => part));
  const none = { ...tables, circuit: { ...tables.circuit, rows: [] } };
  assertEquals(partsOf(none).size, 0); // of a search the nearest set alone
  const given = { ...none, nodes: { ...none.nodes, rows: [] } };
  assertEquals(
    partsOf(given),
    new Set(tables.sets.rows.flatMap(({ set }) => set === "denoise" ? [] : [set])),
  );
  const inputs = BOTH_SIDES.map(({ scores, measured }, row): CircuitInput => ({
    scores: {
      ...{ ...scores, segment: "none" },
      ...row === 0 && { s_caption: 10 + 1e-6, d: 1e-6 }, // embeddings that differ by rounding alone
    },
    measured,
  }));
  const { effects, asTheyAre } = circuitRowEffects(finish(circuitSteps(inputs, CONTEXT)), inputs);
  const shares = [...effects].filter(({ part }) => part === "the circuit");
  assertEquals([shares.length, asTheyAre], [ROWS, true]);
  for (const { id, effect } of shares) assertAlmostEquals(effect!, id === "r0" ? 0 : .9, 1e-12);
});
