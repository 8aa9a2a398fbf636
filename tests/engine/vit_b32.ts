/** A text tower of the size of ViT-B/32 with chance numbers for weights, for which nothing needs to be downloaded. */

import { TensorProto_DataLocation as Location } from "onnx-buf";
import { writeClipText } from "../../lib/architecture/towers.ts";
import type { TextConfig } from "../../lib/architecture/tower_writer.ts";
import { packedStrides } from "../../lib/checkpoint/stored_array.ts";
import { Tower } from "../../lib/engine/run/tower.ts";
import { CLIP } from "../../lib/model/families.ts";
import { Graph } from "../../lib/onnx/graph.ts";
import { DISK } from "../../lib/files/read_file.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";

export const VOCABULARY = 1000; // CLIP's is larger, which changes no time
const CONFIG: TextConfig = {
  ...{ layers: 12, heads: 8, width: 512, headWidth: 64, mlpWidth: 2048, projection: 512 },
  ...{ hiddenAct: "quick_gelu", layerNormEps: 1e-5, maxPositions: 77 },
  ...{ vocabSize: VOCABULARY, eosTokenId: VOCABULARY - 1 },
};

/** Token ids of sentences of one length between a start token and an end token. */
export function someTokens(rows: number, positions: number): number[][] {
  return Array.from(
    { length: rows },
    (_, row) =>
      Array.from(
        { length: positions },
        (_, i) =>
          i === positions - 1 ? VOCABULARY - 1 : 1 + (row * positions + i) * 37 % (VOCABULARY - 2),
      ),
  );
}

/** The tower, on one thread. */
export async function vitB32(): Promise<Tower> {
  const { graph, inputs, outputs } = writeClipText({
    stamps: new Map(),
    has: (name) => !name.includes("_res"),
    arrayOf: (_, shape) => (
      { files: DISK, path: "", type: "F32", shape, strides: packedStrides(shape), offset: 0 }
    ),
  }, CONFIG);
  const model = graph.model("tower", { inputs, outputs });
  let state = 1;
  const random = () => (state = Math.imul(state, 1664525) + 1013904223 >>> 0) / 2 ** 32;
  for (const weight of model.graph!.initializer) {
    if (weight.dataLocation !== Location.EXTERNAL) continue;
    const dims = weight.dims.map(Number);
    const size = dims.reduce((product, n) => product * n, 1);
    const isGain = /norm.*weight/.test(weight.name);
    const spread = dims.length === 1
      ? 0.1
      : /embedding/.test(weight.name)
      ? 1
      : 4 / dims[1]! ** 0.5;
    const values = Float32Array.from(
      { length: size },
      () => spread * (random() - 0.5) + (isGain ? 1 : 0),
    );
    weight.rawData = new Uint8Array(values.buffer);
    weight.dataLocation = Location.DEFAULT;
  }
  const read = () => Promise.resolve({ graph: new Graph(model, "ViT-B/32"), stamps: new Map() });
  return await Tower.load({ files: DISK, path: "ViT-B/32", read }, {
    ...{ kind: "text", ends: CLIP.ends.text, causal: true, shape: CONFIG, runtime: nodeRuntime() },
  });
}
