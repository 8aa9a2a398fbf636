import { assertEquals } from "@std/assert";
import { circuit } from "../../../lib/experiments/circuit/index.ts";
import { outputWeightNames } from "../../../lib/experiments/nodes/pair_runs.ts";
import { paths } from "../../../lib/experiments/paths/index.ts";
import { completeOptions } from "../../../lib/options/values.ts";

Deno.test("paths, and circuit with a ranking by direct effects, declare the output projections that they read", () => {
  const names = ["blocks.0.attn.W_O", "blocks.1.attn.W_O"];
  assertEquals(outputWeightNames(2), names);
  assertEquals(paths.weights!({ receivers: "strongest", control: [] }, 2), names);
  const ofCircuit = (given: Readonly<Record<string, unknown>>) =>
    circuit.weights!(completeOptions(circuit.options, given), 2);
  assertEquals(ofCircuit({}), names);
  assertEquals(ofCircuit({ ranking: ["direct"] }), names);
  assertEquals(ofCircuit({ ranking: ["denoise", "noise"] }), []);
  assertEquals(ofCircuit({ circuit: { nodes: ["mlp 1"] } }), []);
});
