import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  circuitTestRuns,
  modelNodes,
  otherCircuits,
  partsOf,
  placesOf,
  SetNumbers,
  setsOfTests,
  testsOf,
} from "../../../lib/experiments/circuit/circuit_tests.ts";

const SIZES = { layers: 3, heads: 4 };
const MODEL = modelNodes(SIZES);
const NAMES = ["head 1.2", "head 3.1", "head 3.4", "mlp 2"];
const NODES = placesOf(NAMES, MODEL);
const namesOf = (nodes: readonly number[]) => nodes.map((node) => MODEL.names[node]!);
const distinct = (sets: readonly (readonly number[])[]) =>
  new Set(sets.map((set) => set.toSorted((a, b) => a - b).join())).size;

Deno.test("testsOf() takes out each node, and the same nodes from the circuit and from the model", () => {
  const tests = testsOf(NODES, SIZES, 6);
  assertEquals(namesOf(tests.circuit.nodes), NAMES);
  assertEquals(
    tests.drops.map(({ set }) => [set.name, namesOf(set.nodes)]),
    NAMES.map((name) => [`circuit without ${name}`, NAMES.filter((own) => own !== name)]),
  );
  assertEquals(tests.subsets.length, 10);
  for (const { removed, circuit, model } of tests.subsets) {
    assertEquals(new Set([...removed, ...circuit.nodes]), new Set(NODES));
    assertEquals(removed.length + circuit.nodes.length, NODES.length);
    assertEquals(model.nodes, [...MODEL.nodes.keys()].filter((node) => !removed.includes(node)));
  }
  const sets = setsOfTests(tests);
  assertEquals(sets.length <= circuitTestRuns(NODES.length), true);
  assertEquals(new Set(sets.map(({ name }) => name)).size, sets.length);
});

Deno.test("partsOf() has all parts of a small circuit, and different ones of a larger one", () => {
  assertEquals(partsOf([4, 7, 9], 0), [[4], [7], [4, 7], [9], [4, 9], [7, 9], [4, 7, 9]]);
  const many = partsOf(NODES, 6);
  assertEquals([many.length, distinct(many)], [10, 10]);
  for (const set of many) {
    assert(set.length > 0 && set.every((node) => NODES.includes(node)));
  }
  assertNotEquals(partsOf(NODES, 5), many);
});

Deno.test("otherCircuits() draws different circuits with as many heads in each block and as many MLPs, none of them the circuit", () => {
  const { sets, fixed } = otherCircuits([...NODES, 0], SIZES, 6);
  assertEquals([sets.length, distinct([...sets, [...NODES, 0]])], [100, 101]);
  assertEquals(fixed, []);
  const drawn = new Map<string, number>();
  for (const own of sets.map(namesOf)) {
    const counted = (start: string) => own.filter((name) => name.startsWith(start)).length;
    assertEquals(["head 1", "head 2", "head 3", "mlp"].map(counted), [2, 0, 2, 1]);
    for (const name of own) drawn.set(name, (drawn.get(name) ?? 0) + 1);
  }
  // Of 6 x 6 x 3 = 108 circuits all but 8 are drawn: a head is in half of them, an MLP in a third.
  for (const [name, count] of drawn) {
    const expected = name.startsWith("mlp") ? 36 : 54;
    assert(count <= expected && count >= expected - 8, `${name}: ${count}`);
  }
  assertEquals(otherCircuits([...NODES, 0], SIZES, 6).sets, sets);
  assertNotEquals(otherCircuits([...NODES, 0], SIZES, 5).sets, sets);
});

Deno.test("otherCircuits() has all of them where they are few, and says where they cannot differ", () => {
  const { sets, fixed } = otherCircuits(NODES, SIZES, 0);
  assertEquals([sets.length, distinct([...sets, NODES])], [4 * 6 * 3 - 1, 72]);
  assertEquals(fixed, []);
  const only = placesOf(["head 2.1", "head 2.2", "head 2.3", "head 2.4", "mlp 1"], MODEL);
  const mlps = otherCircuits(only, SIZES, 0);
  assertEquals(mlps.sets.map(namesOf).map((names) => names.at(-1)), ["mlp 2", "mlp 3"]);
  assertEquals(mlps.fixed, ["heads of block 2"]);
  const whole = placesOf(["mlp 1", "mlp 2", "mlp 3"], MODEL);
  assertEquals(otherCircuits(whole, SIZES, 0), { sets: [], fixed: ["MLPs"] });
});

Deno.test("SetNumbers gives a set its score whatever the order of its nodes, and runs neither none nor all", () => {
  const numbers = new SetNumbers(3);
  const set = (...nodes: number[]) => ({ name: `${nodes}`, nodes });
  const sets = [set(), set(2, 0), set(0, 2), set(1), set(2, 1, 0), set(0, 2, 2)];
  assertEquals(numbers.add(sets).map(({ name }) => name), ["2,0", "1"]);
  assertEquals(numbers.add([set(1), set(0)]).map(({ name }) => name), ["0"]);
  const row = { affirmative: 10, negated: 20, scores: [12, 13, 14] };
  assertEquals(sets.map((own) => numbers.scoreOf(own, row)), [10, 12, 12, 13, 20, 12]);
  assertEquals(numbers.scoreOf(set(0), row), 14);
});
