import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  modelNodes,
  placesOf,
  SetScores,
  setsOfTests,
  testsOf,
} from "../../../lib/experiments/circuit/circuit_run.ts";

const SIZES = { layers: 3, heads: 4 };
const MODEL = modelNodes(SIZES);
const NAMES = ["head 1.2", "head 3.1", "head 3.4", "mlp 2"];
const NODES = placesOf(NAMES, MODEL);
const namesOf = (nodes: readonly number[]) => nodes.map((node) => MODEL.names[node]!);
const distinct = (sets: readonly (readonly number[])[]) =>
  new Set(sets.map((set) => set.toSorted((a, b) => a - b).join())).size;
const randomOf = (nodes: readonly number[], seed = 6) =>
  testsOf(nodes, SIZES, seed).random.map((set) => set.nodes);

Deno.test("testsOf() takes out each node, and the same part from the circuit and from the model", () => {
  const tests = testsOf(NODES, SIZES, 6);
  assertEquals(namesOf(tests.circuit.nodes), NAMES);
  assertEquals(
    tests.drops.map(({ name, nodes }) => [name, namesOf(nodes)]),
    NAMES.map((name) => [`circuit without ${name}`, NAMES.filter((own) => own !== name)]),
  );
  for (const [nodes, parts] of [[NODES, 10], [NODES.slice(0, 3), 7]] as const) {
    const { subsets } = testsOf(nodes, SIZES, 6);
    assertEquals(subsets.length, 2 * parts); // of a small circuit all
    const rests = subsets.filter(({ name }) => name.startsWith("circuit"));
    assertEquals(distinct(rests.map((set) => set.nodes)), parts);
    for (const [i, { nodes: left }] of rests.entries()) {
      const gone = nodes.filter((node) => !left.includes(node));
      assert(gone.length > 0);
      const model = [...MODEL.nodes.keys()].filter((node) => !gone.includes(node));
      assertEquals(subsets[2 * i + 1]!.nodes, model);
    }
  }
  const sets = setsOfTests(NODES, SIZES, 6);
  assertEquals(new Set(sets.map(({ name }) => name)).size, sets.length);
});

Deno.test("testsOf() draws different circuits with as many heads in each block and as many MLPs, none of them the circuit, and all where they are few", () => {
  const sets = randomOf([...NODES, 0]);
  assertEquals([sets.length, distinct([...sets, [...NODES, 0]])], [100, 101]);
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
  assertEquals(randomOf([...NODES, 0]), sets);
  assertNotEquals(randomOf([...NODES, 0], 5), sets);
  const few = randomOf(NODES);
  assertEquals([few.length, distinct([...few, NODES])], [4 * 6 * 3 - 1, 72]);
  const block = ["head 2.1", "head 2.2", "head 2.3", "head 2.4", "mlp 1"];
  const mlps = randomOf(placesOf(block, MODEL)).map((nodes) => namesOf(nodes).at(-1));
  assertEquals(mlps.toSorted(), ["mlp 2", "mlp 3"]);
  assertEquals(randomOf(placesOf(["mlp 1", "mlp 2", "mlp 3"], MODEL)), []);
});

Deno.test("SetScores gives a set its scores whatever the order of its nodes, and runs neither none nor all", () => {
  const row = { negation: "caption", s_caption: 20, s_foil: 10, d: 10 } as const;
  const scores = new SetScores([row, { ...row, s_caption: 30 }], 3);
  const set = (...nodes: number[]) => ({ name: `${nodes}`, nodes });
  const sets = [set(), set(2, 0), set(0, 2), set(1), set(2, 1, 0), set(0, 2, 2)];
  const missing = scores.missing(sets);
  assertEquals(missing.map(({ name }) => name), ["2,0", "1"]);
  missing.forEach((own, i) => scores.add(own, [12 + i, 22 + i]));
  assertEquals(scores.missing([set(1), set(0)]).map(({ name }) => name), ["0"]);
  assertEquals(sets.map((own) => scores.of(own)[0]), [10, 12, 12, 13, 20, 12]);
  assertEquals(scores.byRow, [[12, 13], [22, 23]]);
  const part = scores.only([1]);
  part.add(set(0), [5]);
  assertEquals([...sets, set(0)].map((own) => part.of(own)[0]), [10, 22, 22, 23, 30, 22, 5]);
  assertEquals(scores.missing([set(0)]).length, 1);
});
