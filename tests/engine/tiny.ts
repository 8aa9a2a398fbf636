/** The towers of the tiny model: where their graphs are, what they are called there, and how they are loaded. */

import type { TowerEnds } from "../../lib/engine/graph/find_tower.ts";
import { Tower, type TowerOptions } from "../../lib/engine/run/tower.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { CLIP } from "../../lib/model/families.ts";
import type { Graph } from "../../lib/onnx/graph.ts";
import { GraphFile, onnxOrigin } from "../../lib/onnx/graph_file.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import { fixture } from "../scripts/task_process.ts";

export const ONNX: string = fixture("clip-tiny/onnx"); // folder of the exports

export const TEXT: TowerOptions = {
  runtime: nodeRuntime(),
  kind: "text",
  ends: CLIP.ends.text,
  causal: true,
  shape: { layers: 3, heads: 2, width: 16, mlpWidth: 64, projection: 12 },
};

export const IMAGE: TowerOptions = {
  runtime: nodeRuntime(),
  kind: "image",
  ends: CLIP.ends.image,
  shape: { layers: 2, heads: 2, width: 24, mlpWidth: 96, projection: 12 },
};

/** Where the blocks of each are. */
export const ENDS: Readonly<Record<"text" | "image", TowerEnds>> = {
  text: { ...CLIP.ends.text, layers: 3, heads: 2, width: 16 },
  image: { ...CLIP.ends.image, layers: 2, heads: 2, width: 24 },
};

export async function readGraph(file: string): Promise<Graph> {
  return await new GraphFile(onnxOrigin(onDisk(`${ONNX}/${file}.onnx`))).open();
}

export async function withTower(
  path: string,
  options: TowerOptions,
  use: (tower: Tower) => Promise<void>,
): Promise<void> {
  const tower = await Tower.load(onnxOrigin(onDisk(path)), options);
  try {
    await use(tower);
  } finally {
    await tower.release();
  }
}
