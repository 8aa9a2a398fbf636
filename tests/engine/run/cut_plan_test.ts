import { assert, assertEquals } from "@std/assert";
import { findHooks, type TowerEnds } from "../../../lib/engine/graph/find_tower.ts";
import { type CutPlan, graphFor, planCuts } from "../../../lib/engine/run/cut_plan.ts";
import { hookNames } from "../../../lib/engine/graph/hook_points.ts";
import { ancestors } from "../../../lib/onnx/cut.ts";
import { ENDS, readGraph } from "../tiny.ts";

const { text: TEXT, image: IMAGE } = ENDS;

/** The hook points at the end of each subgraph. */
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

Deno.test("planCuts() makes values that depend only on the input's shape in the first subgraph", async () => {
  for (const file of ["text_model", "text_model_sdpa", "text_model_dynamo20"]) {
    const { graph, plan } = await planOf(file, TEXT, []);
    const [first, ...later] = plan.stages;
    const made = first!.subgraph.outputs.filter((name) => plan.shapeOnly.has(name));
    assert(made.length > 0, "at least the causal mask");
    const remade = later.flatMap(({ subgraph }) => subgraph.nodes).filter((node) =>
      graph.reads[node]!.every((name) => graph.isConstant(name) || name === "attention_mask")
    );
    assertEquals(remade, []);
  }
});

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
