/** The machine's own multiply rate, with which other rates are compared. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { modelBytes } from "../build/graph_bytes.ts";
import { GraphWriter } from "../build/graph_writer.ts";
import type { Runtime, SessionOptions } from "./runtime.ts";
import type { OnnxValue } from "./session.ts";

/** Size of the square matrices: large enough for the full rate, a few milliseconds per product. */
const SIZE = 1024;

/** Measures one large matrix product in the ONNX runtime. Returns the best rate of 20 products, in floating-point operations per second. */
export async function multiplyRate(
  runtime: Runtime,
  options: SessionOptions = {},
): Promise<number> {
  const session = await runtime.create(productModel(), "the matrix product", options);
  try {
    const matrix: OnnxValue = {
      type: "float32",
      dims: [SIZE, SIZE],
      data: new Float32Array(SIZE * SIZE).fill(0.5),
    };
    let best = Infinity;
    for (let round = 0; round < 20; round++) {
      const start = performance.now();
      await session.run(new Map([["a", matrix], ["b", matrix]]));
      best = Math.min(best, performance.now() - start);
    }
    return 2 * SIZE ** 3 / (best / 1000);
  } finally {
    await session.release();
  }
}

export function productModel(): Uint8Array {
  const matrix = (name: string) => ({ name, type: Type.FLOAT, axes: ["rows", "columns"] });
  const graph = new GraphWriter();
  graph.node("MatMul", ["a", "b"], "c");
  return modelBytes(
    graph.model("product", { inputs: [matrix("a"), matrix("b")], outputs: [matrix("c")] }),
  );
}
