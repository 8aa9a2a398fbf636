import { assert, assertEquals } from "@std/assert";
import { findHooks, type TowerEnds } from "../../../lib/engine/graph/find_tower.ts";
import {
  type CutPlan,
  graphFor,
  planCuts,
  SubgraphSessions,
} from "../../../lib/engine/run/cut_plan.ts";
import { hookNames } from "../../../lib/engine/graph/hook_points.ts";
import { ancestors, cutChain } from "../../../lib/onnx/cut.ts";
import { ENDS, readGraph } from "../tiny.ts";
import type { OnnxValue } from "../../../lib/onnx/runtime.ts";
import { Graph } from "../../../lib/onnx/graph.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { graphFromText } from "../../onnx/graph_from_text.ts";
import { assertRejectsCode } from "../../error_codes.ts";

const { text: TEXT, image: IMAGE } = ENDS;

function stops(plan: CutPlan): string[] {
  return plan.stages.map(({ stops }) => stops.map(({ hooks }) => hooks.join(" = ")).join(", "));
}

async function planOf(file: string, ends: TowerEnds, wanted: readonly string[]) {
  const stored = await readGraph(file);
  const found = findHooks(stored, ends);
  const graph = graphFor(stored, found, new Set(wanted));
  return { stored, graph, plan: planCuts(graph, ends, found.values, new Set(wanted)) };
}

Deno.test("planCuts() cuts before the first block and at the end of every block", async () => {
  const { plan } = await planOf("vision_model", IMAGE, []);
  assertEquals(stops(plan), [
    "vision.blocks.0.hook_resid_pre",
    "vision.blocks.0.hook_resid_post = vision.blocks.1.hook_resid_pre",
    "vision.blocks.1.hook_resid_post",
    "",
  ]);
});

Deno.test("planCuts() cuts inside blocks only at the wanted hook points", async () => {
  const wanted = ["attn.hook_v", "attn.hook_q", "hook_mlp_out"].map((hook) =>
    `vision.blocks.1.${hook}`
  );
  const { plan } = await planOf("vision_model", IMAGE, wanted);
  assertEquals(stops(plan).slice(2, 5), [
    "vision.blocks.1.attn.hook_q, vision.blocks.1.attn.hook_v",
    "vision.blocks.1.hook_mlp_out",
    "vision.blocks.1.hook_resid_post",
  ]);
});

Deno.test("planCuts() stops at every hook point once and in the order of computation", async () => {
  const all = hookNames(3, "");
  const { plan } = await planOf("text_model", TEXT, all);
  const hooks = plan.stages.flatMap(({ stops }) => stops.flatMap((stop) => stop.hooks));
  assertEquals(hooks, all);
});

for (const file of ["text_model", "text_model_sdpa", "text_model_dynamo20", "model_old"]) {
  Deno.test(`planCuts() runs each data node of ${file}.onnx in one subgraph, whatever is wanted`, async () => {
    const all = hookNames(3, "");
    for (const wanted of [[], all, ["blocks.1.attn.hook_pattern"]]) {
      const { graph, plan } = await planOf(file, TEXT, wanted);
      const data = ancestors(graph, TEXT.output).filter((node) =>
        !graph.isConstant(graph.nodes[node]!.output[0]!)
      );
      const nodes = plan.stages.flatMap(({ subgraph }) => subgraph.nodes);
      assertEquals(nodes.toSorted((a, b) => a - b), data);
    }
  });
}

Deno.test("graphFor() leaves a graph unchanged unless it lacks a wanted value", async () => {
  for (const file of ["text_model", "text_model_dynamo20"]) {
    const stored = await readGraph(file);
    const found = findHooks(stored, TEXT);
    const wanted = new Set(
      hookNames(3, "").filter((hook) => !/hook_(pos_embed|result|scale|normalized)$/.test(hook)),
    );
    assert(graphFor(stored, found, wanted) === stored, file);
    for (const hook of ["hook_pos_embed", "blocks.1.attn.hook_result"]) {
      const grown = graphFor(stored, found, new Set([hook]));
      assert(grown.nodes.length > stored.nodes.length, hook);
      const kept = stored.nodes.flatMap(({ output }) => output);
      assert(kept.every((name) => grown.producer.has(name)), "all values keep their names");
    }
  }
});

async function withSessions(test: (sessions: SubgraphSessions) => Promise<void>): Promise<void> {
  const sessions = new SubgraphSessions({ threads: 1, runtime: nodeRuntime() });
  try {
    await test(sessions);
  } finally {
    await sessions.release();
  }
}

const x: OnnxValue = { type: "float32", dims: [2], data: Float32Array.of(1, 2) };
const size = { rows: 2, positions: 3 };

Deno.test("run() makes a mask of ones and the positions if the graph asks for them", async () => {
  const { model } = graphFromText("m = Identity(attention_mask)\np = Identity(position_ids)");
  for (const { name, type } of model.graph!.input) {
    const { value } = type!;
    if (value.case === "tensorType") value.value.elemType = name === "position_ids" ? 7 : 6;
  }
  const graph = new Graph(model, "text.onnx");
  const [subgraph] = cutChain(graph, [["m", "p"]]);
  await withSessions(async (sessions) => {
    await sessions.load(graph, [subgraph!]);
    const made = await sessions.run(subgraph!, new Map(), size);
    const dims = [2, 3];
    assertEquals(made.get("m"), { type: "int32", dims, data: Int32Array.of(1, 1, 1, 1, 1, 1) });
    const positions = BigInt64Array.of(0n, 1n, 2n, 0n, 1n, 2n);
    assertEquals(made.get("p"), { type: "int64", dims, data: positions });
  });
});

Deno.test("run() names an input that it cannot make", async () => {
  const graph = graphFromText("y = Add(x, token_type_ids)");
  const [subgraph] = cutChain(graph, [["y"]]);
  await withSessions(async (sessions) => {
    await sessions.load(graph, [subgraph!]);
    await assertRejectsCode(
      () => sessions.run(subgraph!, new Map([["x", x]]), size),
      'onnx-unsupported: Cannot feed input "token_type_ids" of "text.onnx": expected input_ids, attention_mask, position_ids or pixel_values',
    );
  });
});

Deno.test("load() of a subgraph that the runtime refuses leaves the others able to run and to be released", async () => {
  const graph = graphFromText("a = Neg(x)\ny = Unheard(a)");
  const [first, second] = cutChain(graph, [["a"], ["y"]]);
  await withSessions(async (sessions) => {
    const refused = 'Cannot load "text.onnx" in ONNX Runtime';
    await assertRejectsCode(
      () => sessions.load(graph, [first!, second!]),
      "session-refused",
      refused,
    );
    const made = await sessions.run(first!, new Map([["x", x]]), size);
    assertEquals(made.get("a")!.data, Float32Array.of(-1, -2));
  });
});
