/** The machine's own multiply rate, with which other rates are compared. */

import { create, toBinary } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  ValueInfoProtoSchema,
} from "onnx-buf";
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

/** A graph of one matrix product: `c` is `a` times `b`. */
export function productModel(): Uint8Array {
  const input = (name: string) =>
    create(ValueInfoProtoSchema, {
      name,
      type: { value: { case: "tensorType", value: { elemType: TensorProto_DataType.FLOAT } } },
    });
  const graph = create(GraphProtoSchema, {
    name: "product",
    node: [create(NodeProtoSchema, { opType: "MatMul", input: ["a", "b"], output: ["c"] })],
    input: [input("a"), input("b")],
    output: [create(ValueInfoProtoSchema, { name: "c" })],
  });
  const opsetImport = [create(OperatorSetIdProtoSchema, { version: 14n })];
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { irVersion: 8n, opsetImport, graph }),
  );
}
