import { onDisk } from "../../lib/files/read_file.ts";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { findTower } from "../../lib/engine/graph/find_tower.ts";
import { CLIP } from "../../lib/model/families.ts";
import type { Graph } from "../../lib/onnx/graph.ts";
import { GraphFile, onnxOrigin } from "../../lib/onnx/graph_file.ts";

const ONNX = fileURLToPath(new URL("../fixtures/clip-tiny/onnx", import.meta.url));
const SHAPE = { layers: 3, heads: 2, width: 16 };
const TEXT = { kind: "text" as const, ends: CLIP.ends.text, causal: true, shape: SHAPE };

async function read(file: string): Promise<Graph> {
  return await new GraphFile(onnxOrigin(onDisk(`${ONNX}/${file}.onnx`))).open();
}

Deno.test("findTower() finds either tower of a file that holds both", async () => {
  const graph = await read("model_old");
  const shape = { layers: 2, heads: 2, width: 24 };
  const image = findTower(graph, { kind: "image", ends: CLIP.ends.image, shape });
  assertEquals(image.found.ends.output, "image_embeds");
  assertEquals(findTower(graph, TEXT).found.ends, {
    input: "input_ids",
    output: "text_embeds",
    prefix: "",
    ...{ layers: 3, heads: 2, width: 16 },
  });
});

Deno.test("findTower() sets no limits where axes are dynamic, and one row where weights are quantised", async () => {
  const plain = findTower(await read("text_model"), TEXT);
  assertEquals([plain.found.limits, plain.bound], [undefined, undefined]);
  assertEquals(findTower(await read("text_model_quantized"), TEXT).found.limits, { rows: 1 });
});
