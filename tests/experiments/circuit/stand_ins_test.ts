import { assertEquals } from "@std/assert";
import { modelNodes, type NodeSet } from "../../../lib/experiments/circuit/circuit_tests.ts";
import type { SetRuns } from "../../../lib/experiments/circuit/search/run_sets.ts";
import { findStandIns } from "../../../lib/experiments/circuit/search/find.ts";

const MODEL = modelNodes({ layers: 2, heads: 2 });
const NAMES = MODEL.names;

/** The stand-ins of a circuit by name, of a model that does so much of d with some nodes; and how many sets ran. */
async function standInsOf(
  circuit: readonly string[],
  shareOf: (has: (name: string) => boolean) => number,
) {
  let ran = 0;
  const runs = {
    run: (sets: readonly NodeSet[]) => Promise.resolve(void (ran += sets.length)),
    deviation: ({ nodes }: NodeSet) =>
      Math.abs(1 - shareOf((name) => nodes.includes(NAMES.indexOf(name)))),
    rounding: 0,
  } as unknown as SetRuns;
  const found = await findStandIns(runs, circuit.map((name) => NAMES.indexOf(name)), {
    ...{ order: [...NAMES.keys()], faithfulness: 0.9, model: MODEL },
  });
  return { found: found.map(({ node, by }) => `${NAMES[by]} for ${NAMES[node]}`), ran };
}

Deno.test("findStandIns() tries other nodes of its kind for a node that the circuit needs and the model does not", async () => {
  const either = (has: (name: string) => boolean) =>
    has("head 2.1") && (has("head 1.1") || has("head 1.2") || has("mlp 1")) ? 1 : 0;
  assertEquals(await standInsOf(["head 1.1", "head 2.1"], either), {
    found: ["head 1.2 for head 1.1"],
    ran: 4 + 2, // without each node, in the circuit and the model, and the two other heads in place of 1.1
  });
});

Deno.test("findStandIns() tries none for a node that the model needs too, or that hardly counts", async () => {
  const chain = (has: (name: string) => boolean) => has("head 1.1") && has("head 2.1") ? 1 : 0;
  assertEquals(await standInsOf(["head 1.1", "head 2.1"], chain), { found: [], ran: 4 });
  const little = (has: (name: string) => boolean) =>
    has("head 1.1") ? has("head 2.1") || has("head 2.2") ? 1 : 0.96 : 0;
  assertEquals(await standInsOf(["head 1.1", "head 2.1"], little), { found: [], ran: 4 });
});

Deno.test("findStandIns() takes no node that makes up for less than half of the loss, or leaves too little", async () => {
  const inPlace = async (share: number, without = 0) => {
    const shareOf = (has: (name: string) => boolean) =>
      has("head 1.1") || has("mlp 2") ? 1 : has("head 1.2") ? share : without;
    return (await standInsOf(["head 1.1"], shareOf)).found;
  };
  assertEquals(await inPlace(0.89), []);
  assertEquals(await inPlace(0.9), ["head 1.2 for head 1.1"]);
  assertEquals(await inPlace(0.91, 0.88), []);
  assertEquals(await inPlace(0.95, 0.88), ["head 1.2 for head 1.1"]);
});
