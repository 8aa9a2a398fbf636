import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  circuitTestRuns,
  setsOfTests,
  testsOf,
} from "../../../lib/experiments/circuit/circuit_tests.ts";
import { modelNodes, placesOf, SetNumbers } from "../../../lib/experiments/circuit/node_sets.ts";

const SIZES = { layers: 3, heads: 4 };
const MODEL = modelNodes(SIZES);
const NAMES = ["head 1.2", "head 3.1", "head 3.4", "mlp 2"];
const NODES = placesOf(NAMES, MODEL);
const namesOf = (nodes: readonly number[]) => nodes.map((node) => MODEL.names[node]!);

Deno.test("testsOf() takes out each node, and the same random nodes from the circuit and from the model", () => {
  const tests = testsOf(NODES, SIZES, 6);
  assertEquals(namesOf(tests.circuit.nodes), NAMES);
  assertEquals(
    tests.drops.map(({ set }) => [set.name, namesOf(set.nodes)]),
    NAMES.map((name) => [`circuit without ${name}`, NAMES.filter((own) => own !== name)]),
  );
  assertEquals(tests.subsets.length, 10);
  for (const { removed, circuit, model } of tests.subsets) {
    assert(removed.length > 0 && removed.every((node) => NODES.includes(node)));
    assertEquals(new Set([...removed, ...circuit.nodes]), new Set(NODES));
    assertEquals(removed.length + circuit.nodes.length, NODES.length);
    assertEquals(model.nodes, [...MODEL.nodes.keys()].filter((node) => !removed.includes(node)));
  }
  const sets = setsOfTests(tests);
  assertEquals(sets.length, circuitTestRuns(NODES.length));
  assertEquals(new Set(sets.map(({ name }) => name)).size, sets.length);
});

Deno.test("testsOf() draws random circuits with as many heads in each block and the same MLPs, none of them the circuit", () => {
  const { random } = testsOf(NODES, SIZES, 6);
  assertEquals(random.length, 100);
  const drawn = new Map<string, number>();
  for (const { nodes } of random) {
    const own = namesOf(nodes);
    assertNotEquals(new Set(own), new Set(NAMES));
    assertEquals(new Set(own).size, 4);
    const counted = (start: string) => own.filter((name) => name.startsWith(start)).length;
    assertEquals(["head 1", "head 2", "head 3", "mlp 2"].map(counted), [1, 0, 2, 1]);
    for (const name of own) drawn.set(name, (drawn.get(name) ?? 0) + 1);
  }
  // Of 4 x 6 circuits 23 are drawn alike; a head of block 1 is in 6 or 5 of them, of block 3 in 12 or 11.
  for (const [name, count] of drawn) {
    const share = name.startsWith("mlp") ? 1 : name.startsWith("head 1") ? .25 : .5;
    assert(Math.abs(count / 100 - share) < (share === 1 ? 0.001 : .2), `${name}: ${count}`);
  }
  assertEquals(testsOf(NODES, SIZES, 6).random, random);
  assertNotEquals(testsOf(NODES, SIZES, 5).random, random);
});

Deno.test("testsOf() draws no random circuit if no other has as many heads in each block", () => {
  const only = placesOf(["head 2.1", "head 2.2", "head 2.3", "head 2.4", "mlp 1"], MODEL);
  assertEquals(testsOf(only, SIZES, 0).random, []);
  assertEquals(testsOf(placesOf(["mlp 1", "mlp 3"], MODEL), SIZES, 0).random, []);
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
