import { create } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType as Type,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { assert } from "@std/assert";
import { checkWork } from "../../../lib/onnx/cost/work.ts";
import { Graph } from "../../../lib/onnx/graph/graph.ts";
import { assertThrowsCode } from "../../error_codes.ts";

/** The sizes of a tower. */
interface Sizes {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly mlp: number;
  readonly positions: number;
}

/** Multiplications of the matrix products of all blocks for one row. */
function products({ layers, width, mlp, positions }: Sizes): number {
  return layers * positions * (4 * width * width + 2 * width * mlp + 2 * positions * width);
}

/** A tower of blocks that reads [1, positions, width]; its weights have sizes but no data. */
function towerOf({ layers, heads, width, mlp }: Sizes): Graph {
  const weights = new Map<string, number[]>();
  const nodes: NodeProto[] = [];
  const add = (opType: string, input: string[], output: string, axes: number[] = []) => {
    const perm = { name: "perm", type: 7, ints: axes.map(BigInt) };
    const attribute = axes.length === 0 ? [] : [create(AttributeProtoSchema, perm)];
    nodes.push(create(NodeProtoSchema, { opType, input, output: [output], attribute }));
    return output;
  };
  const linear = (x: string, name: string, shape: number[]) => {
    weights.set(name, shape);
    return add("MatMul", [x, name], `${name}.out`);
  };
  let stream = "x";
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string) => `${layer}.${name}`;
    const byHead = (name: string, axes: number[]) => {
      const made = add(
        "Reshape",
        [linear(stream, at(name), [width, width]), "heads"],
        at(`${name}h`),
      );
      return add("Transpose", [made], at(`${name}t`), axes);
    };
    const [q, k] = [byHead("q", [0, 2, 1, 3]), byHead("k", [0, 2, 3, 1])];
    const v = byHead("v", [0, 2, 1, 3]);
    const pattern = add("Softmax", [add("MatMul", [q, k], at("scores"))], at("pattern"));
    const mix = add("Transpose", [add("MatMul", [pattern, v], at("mix"))], at("z"), [0, 2, 1, 3]);
    const z = add("Reshape", [mix, "side by side"], at("side"));
    const mid = add("Add", [stream, linear(z, at("o"), [width, width])], at("mid"));
    const hidden = add("Relu", [linear(mid, at("in"), [width, mlp])], at("hidden"));
    stream = add("Add", [mid, linear(hidden, at("out"), [mlp, width])], at("post"));
  }
  const shapes = { heads: [0, 0, heads, width / heads], "side by side": [0, 0, width] };
  const graph = {
    node: nodes,
    initializer: [
      ...[...weights].map(([name, shape]) =>
        create(TensorProtoSchema, { name, dataType: Type.FLOAT, dims: shape.map(BigInt) })
      ),
      ...Object.entries(shapes).map(([name, list]) =>
        create(TensorProtoSchema, {
          ...{ name, dataType: Type.INT64, dims: [BigInt(list.length)] },
          int64Data: list.map(BigInt),
        })
      ),
    ],
    input: [create(ValueInfoProtoSchema, { name: "x" })],
    output: [create(ValueInfoProtoSchema, { name: stream })],
  };
  return new Graph(create(ModelProtoSchema, { graph }), "tower.onnx");
}

Deno.test("checkWork() counts the multiplications of a tower, and accepts the largest", () => {
  const towers: Record<string, Sizes> = {
    "text, B/32": { layers: 12, heads: 8, width: 512, mlp: 2048, positions: 77 },
    "image, B/32": { layers: 12, heads: 12, width: 768, mlp: 3072, positions: 50 },
    "image, L/14@336": { layers: 24, heads: 16, width: 1024, mlp: 4096, positions: 577 },
    "text, bigG": { layers: 32, heads: 20, width: 1280, mlp: 5120, positions: 77 },
    "image, bigG": { layers: 48, heads: 16, width: 1664, mlp: 8192, positions: 257 },
    "image, 18 billion weights": { layers: 48, heads: 40, width: 5120, mlp: 25600, positions: 257 },
    "text of 256 positions, bigG": {
      layers: 32,
      heads: 20,
      width: 1280,
      mlp: 5120,
      positions: 256,
    },
  };
  for (const [name, sizes] of Object.entries(towers)) {
    const shape = [1, sizes.positions, sizes.width];
    const [counted, expected] = [checkWork(towerOf(sizes), { input: "x", shape }), products(sizes)];
    assert(counted > expected && counted < 1.02 * expected, `${name}: ${counted}, ${expected}`);
  }
});

Deno.test("checkWork() refuses a tower of sizes that no model has", () => {
  const sizes = { layers: 100, heads: 40, width: 10_240, mlp: 40_960, positions: 577 };
  assertThrowsCode(
    () => checkWork(towerOf(sizes), { input: "x", shape: [1, 577, 10_240] }),
    "onnx-node-refused",
    "multiplications for one row where 10000000000000 are allowed",
  );
});
