import { assert, assertEquals } from "@std/assert";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { findHooks, findTower, type TowerEnds } from "../../../lib/engine/graph/find_tower.ts";
import { ENDS, readGraph, readGraph as read, TEXT } from "../tiny.ts";
import { HOOK_POINTS, hookNames } from "../../../lib/engine/graph/hook_points.ts";
import { graphFor } from "../../../lib/engine/run/cut_plan.ts";
import { makeNode } from "../../../lib/onnx/build.ts";
import { Graph } from "../../../lib/onnx/graph.ts";

Deno.test("findTower() sets no limits where axes are dynamic, and one row where weights are quantised", async () => {
  const plain = findTower(await readGraph("text_model"), TEXT);
  assertEquals([plain.found.limits, plain.bound], [undefined, undefined]);
  assertEquals(findTower(await readGraph("text_model_quantized"), TEXT).found.limits, { rows: 1 });
});

const BLOCK_HOOKS = HOOK_POINTS.flatMap((point) => point.end === undefined ? [point.name] : []);

/** A copy whose nodes and values are changed by `change`. */
function changed(graph: Graph, change: (node: Graph["nodes"][number]) => void): Graph {
  const model = fromBinary(ModelProtoSchema, toBinary(ModelProtoSchema, graph.model));
  model.graph!.node.forEach(change);
  return new Graph(model, graph.source);
}

const files: [string, TowerEnds][] = [
  ...["text_model", "text_model_sdpa", "text_model_dynamo20", "text_model_fp16", "model_old"]
    .map((file): [string, TowerEnds] => [file, ENDS.text]),
  ["text_model_fused", ENDS.text],
  ...["vision_model", "vision_model_sdpa", "vision_model_dynamo20", "vision_model_fp16"]
    .map((file): [string, TowerEnds] => [file, ENDS.image]),
  ["model_old", ENDS.image],
];
for (const [file, ends] of files) {
  Deno.test(`findHooks() finds one value for each hook point in ${file}.onnx (${ends.input})`, async () => {
    const graph = await read(file);
    const found = findHooks(graph, ends);
    const names = hookNames(ends.layers, ends.prefix);
    assertEquals([...found.values.keys()], names);
    const values = [...found.values.values()];
    const whole = graphFor(graph, found, new Set(names));
    assert(values.every((value) => whole.producer.has(value)));
    assert([...found.added.keys()].every((value) => !graph.producer.has(value)));
    // The end of a block is the beginning of the next; all other values differ.
    assertEquals(new Set(values).size, values.length - (ends.layers - 1));
    const inBlocks = found.blocks.flatMap((block) => BLOCK_HOOKS.map((hook) => block[hook]));
    assertEquals(inBlocks, values.filter((_, i) => names[i]!.includes("blocks.")));
  });

  Deno.test(`findHooks() goes by structure, not by the names in ${file}.onnx (${ends.input})`, async () => {
    const graph = await read(file);
    const names = new Map<string, string>();
    const ownNames = new Set([
      ...graph.inputs.keys(),
      ...graph.outputs,
      ...graph.initializers.keys(),
    ]);
    const rename = (name: string) => {
      if (name === "" || ownNames.has(name)) return name;
      names.set(name, names.get(name) ?? `value ${names.size}`);
      return names.get(name)!;
    };
    const renamed = changed(graph, (node) => {
      node.name = "";
      node.input = node.input.map(rename);
      node.output = node.output.map(rename);
    });
    const { values, added } = findHooks(graph, ends);
    const expected = [...values].map(([hook, value]) => {
      const { reaches = value } = added.get(value) ?? {};
      return [hook, rename(reaches) + value.slice(reaches.length)];
    });
    assertEquals([...findHooks(renamed, ends).values], expected);
  });
}

Deno.test("findHooks() does not depend on the order of a sum's operands", async () => {
  const graph = await read("text_model");
  const swapped = changed(graph, (node) => {
    if (node.opType === "Add") node.input.reverse();
  });
  assertEquals(findHooks(swapped, ENDS.text), findHooks(graph, ENDS.text));
});

Deno.test("findHooks() leaves out hook points that a graph has no value for", async () => {
  const graph = await read("vision_model");
  const { blocks } = findHooks(graph, ENDS.image);
  const neurons = ["mlp.hook_pre", "mlp.hook_post"];
  for (
    const [hook, gone] of [["attn.hook_q", ["attn.hook_q"]], ["mlp.hook_pre", neurons]] as const
  ) {
    const sum = blocks[1]![hook]!;
    const product = graph.producerOf(sum)!.input.find((name) => !graph.isConstant(name))!;
    const without = changed(graph, (node) => {
      if ([sum, product].includes(node.output[0]!)) node.opType = "Custom"; // no linear layer
    });
    const rest = Object.entries(blocks[1]!).filter(([name]) => !gone.includes(name as never));
    assertEquals(findHooks(without, ENDS.image).blocks, [blocks[0]!, Object.fromEntries(rest)]);
  }
});

Deno.test("findHooks() finds no queries that are made of two values of the data", async () => {
  const graph = await read("text_model");
  const { blocks } = findHooks(graph, ENDS.text);
  const [query, key] = [blocks[1]!["attn.hook_q"]!, blocks[1]!["attn.hook_k"]!];
  const { nodes } = graph;
  const mixed = makeNode("Mul", [query, key], "mixed"); // as a rotation of queries would have it
  const readers = nodes.map((node) =>
    node.input.includes(query)
      ? { ...node, input: node.input.map((x) => x === query ? "mixed" : x) }
      : node
  );
  const found = findHooks(graph.withNodes([...readers, mixed]), ENDS.text).blocks[1]!;
  assertEquals([found["attn.hook_q"], found["attn.hook_k"]], [undefined, key]);
});
