import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { findBlocks, type TowerEnds } from "../../../lib/engine/find_hooks.ts";
import { type CutPlan, cutPlanKey, planCuts } from "../../../lib/engine/run/cut_plan.ts";
import { hookNames } from "../../../lib/hooks/names.ts";
import { ancestors } from "../../../lib/onnx/graph/dependence.ts";
import { GraphFile } from "../../../lib/onnx/graph/graph_file.ts";

const ONNX = fileURLToPath(new URL("../../fixtures/clip-tiny/onnx", import.meta.url));
const IMAGE: TowerEnds = {
  input: "pixel_values",
  output: "image_embeds",
  prefix: "vision.",
  layers: 2,
};
const TEXT: TowerEnds = { input: "input_ids", output: "text_embeds", prefix: "", layers: 3 };

/** The hook points at the end of each subgraph. */
function stops(plan: CutPlan): string[] {
  return plan.stages.map(({ stops }) => stops.map(({ hooks }) => hooks.join(" = ")).join(", "));
}

async function planOf(file: string, ends: TowerEnds, wanted: readonly string[]) {
  const graph = await new GraphFile(`${ONNX}/${file}.onnx`).open();
  return { graph, plan: planCuts(graph, ends, findBlocks(graph, ends).blocks, new Set(wanted)) };
}

Deno.test("planCuts() cuts at the embedding and at the end of every block", async () => {
  const { plan } = await planOf("vision_model", IMAGE, []);
  assertEquals(stops(plan), [
    "vision.hook_embed = vision.blocks.0.hook_resid_pre",
    "vision.blocks.0.hook_resid_post = vision.blocks.1.hook_resid_pre",
    "vision.blocks.1.hook_resid_post",
    "",
  ]);
});

Deno.test("planCuts() cuts inside blocks at the wanted hook points alone", async () => {
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

Deno.test("planCuts() makes what the input's shape decides in the first subgraph", async () => {
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

Deno.test("planCuts() tells what is needed after each subgraph", async () => {
  const { plan } = await planOf("text_model", TEXT, ["blocks.0.hook_attn_out"]);
  plan.stages.forEach(({ needed }, i) => {
    const later = plan.stages.slice(i + 1).flatMap(({ subgraph }) => subgraph.inputs);
    const made = plan.stages.slice(0, i + 1).flatMap(({ subgraph }) => subgraph.outputs);
    const known = new Set([TEXT.input, ...made]);
    const expected = new Set([...later, TEXT.output]).intersection(known);
    assertEquals([...needed].sort(), [...expected].sort());
  });
});

Deno.test("cutPlanKey() is the same for hook points that every run stops at", () => {
  const inner = "blocks.1.attn.hook_z";
  const outer = [
    "hook_embed",
    "vision.hook_embed",
    "blocks.0.hook_resid_pre",
    "blocks.2.hook_resid_post",
  ];
  assertEquals(cutPlanKey(new Set(outer)), cutPlanKey(new Set()));
  assertEquals(cutPlanKey(new Set([...outer, inner])), cutPlanKey(new Set([inner])));
  assertEquals(cutPlanKey(new Set([inner, "hook_a"])), cutPlanKey(new Set(["hook_a", inner])));
  const keys = [inner, "blocks.1.hook_resid_mid", "blocks.0.attn.hook_z"].map((hook) =>
    cutPlanKey(new Set([hook]))
  );
  assertEquals(new Set([...keys, cutPlanKey(new Set())]).size, 4);
});
