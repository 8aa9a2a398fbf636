/** Each rule by finite differences of the runtime's own operator. */

import { create, fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, OperatorSetIdProtoSchema, TensorProto_DataType as Type } from "onnx-buf";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Backward } from "../../lib/onnx/backward.ts";
import { makeNode } from "../../lib/onnx/build.ts";
import { cutBetween, encodeSubgraph, valueInfo as inputInfo } from "../../lib/onnx/cut.ts";
import { Graph } from "../../lib/onnx/graph.ts";
import type { OnnxValue } from "../../lib/onnx/runtime.ts";
import { unfuseActivations } from "../../lib/onnx/simplify.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { modelBytes, valueInfo } from "./model_bytes.ts";
import { runOnce } from "./run_whole.ts";

type Values = ReadonlyMap<string, OnnxValue>;

/** A node of a graph: its operator, the axes of the values that it reads, and the constants that it reads after them. */
interface Case {
  readonly op: string;
  readonly read: readonly (readonly number[])[];
  readonly constants?: readonly OnnxValue[];
  readonly first?: boolean; // whether constants come before the values
  readonly attributes?: Parameters<typeof makeNode>[3];
  readonly domain?: string;
  readonly opset?: bigint;
}

const ints = (...values: readonly number[]) => (
  { type: "int64", dims: [values.length], data: BigInt64Array.from(values, BigInt) } as const
);
const one = (value: number) => (
  { type: "int64", dims: [], data: BigInt64Array.of(BigInt(value)) } as const
);

/** Numbers from 1 to 3 without a pattern, so that roots and quotients are smooth there. */
function some(dims: readonly number[], seed: number) {
  const size = dims.reduce((product, axis) => product * axis, 1);
  const data = Float32Array.from({ length: size }, (_, i) => 2 + Math.sin(i * i * 1.7 + 3 * seed));
  return { type: "float32", dims, data } as const;
}

const X = [2, 3, 4];
const FUSED = "com.microsoft";
const CASES: readonly Case[] = [
  ...["Add", "Sub", "Mul", "Div"].flatMap((op): Case[] => [
    { op, read: [X, X] },
    { op, read: [X, [2, 3, 1]] },
    { op, read: [[4], X] },
    { op, read: [X], constants: [some([4], 5)] },
    { op, read: [X], constants: [some([4], 5)], first: true },
  ]),
  { op: "Pow", read: [X], constants: [{ ...some([], 0), data: Float32Array.of(3) }] },
  ...["Sqrt", "Relu", "Sigmoid", "Tanh", "Erf", "Softmax"].map((op): Case => ({ op, read: [X] })),
  { op: "Softmax", read: [X], attributes: { axis: 2n }, opset: 11n },
  { op: "Gelu", read: [X], opset: 20n },
  { op: "Gelu", read: [X], opset: 20n, attributes: { approximate: "tanh" } },
  { op: "QuickGelu", read: [X], domain: FUSED, attributes: { alpha: 1.5 } },
  { op: "BiasGelu", read: [X], domain: FUSED, constants: [some([4], 2)] },
  { op: "FastGelu", read: [X], domain: FUSED },
  { op: "FastGelu", read: [X], domain: FUSED, constants: [some([4], 2)] },
  { op: "MatMul", read: [X, [2, 4, 5]] },
  { op: "MatMul", read: [X, [4, 5]] },
  { op: "MatMul", read: [X], constants: [some([4, 5], 2)] },
  { op: "MatMul", read: [X], constants: [some([1, 5, 3], 2)], first: true },
  ...[[0n, 0n], [0n, 1n], [1n, 0n], [1n, 1n]].map(([transA, transB]): Case => ({
    op: "FusedMatMul",
    read: [transA ? [2, 4, 3] : X, transB ? [2, 5, 4] : [2, 4, 5]],
    domain: FUSED,
    attributes: { alpha: 0.3, transA: transA!, transB: transB! },
  })),
  ...[0n, 1n].map((transB): Case => ({
    op: "Gemm",
    read: [[3, 4]],
    constants: [some(transB ? [5, 4] : [4, 5], 2), some([5], 3)],
    attributes: { alpha: 0.3, transB },
  })),
  { op: "ReduceSum", read: [X], constants: [ints(1)] },
  { op: "ReduceMean", read: [X], attributes: { axes: [-1n] } },
  { op: "ReduceMean", read: [X], constants: [ints(0, 2)], opset: 18n },
  { op: "ReduceL2", read: [X], attributes: { axes: [-1n] } },
  { op: "Expand", read: [[3, 1]], constants: [ints(2, 3, 4)] },
  {
    op: "Where",
    read: [X, [4]],
    constants: [{ type: "bool", dims: [2, 1, 4], data: Uint8Array.of(0, 1, 1, 0, 1, 0, 1, 0) }],
    first: true,
  },
  { op: "Cast", read: [X], attributes: { to: BigInt(Type.FLOAT) } },
  { op: "Transpose", read: [X], attributes: { perm: [1n, 2n, 0n] } },
  { op: "Transpose", read: [X] },
  { op: "Reshape", read: [X], constants: [ints(4, -1)] },
  { op: "Flatten", read: [X] },
  { op: "Squeeze", read: [[2, 1, 4]], constants: [ints(1)] },
  { op: "Unsqueeze", read: [X], constants: [ints(1)] },
  { op: "Gather", read: [X], constants: [one(-1)], attributes: { axis: 1n } },
  { op: "Gather", read: [X], constants: [ints(1, 0, 1)], attributes: { axis: 2n } },
  { op: "Gather", read: [[6, 4]], constants: [ints(5, 2)], opset: 11n },
  {
    op: "GatherND",
    read: [X],
    constants: [{ ...ints(2, 1), dims: [2, 1] }],
    attributes: { batch_dims: 1n },
  },
  { op: "Slice", read: [X], constants: [ints(1), ints(3), ints(1)] },
];

/** Differences of fourth order err by some 30 x STEP^4 = 2e-4 of a derivative for these functions, and by float32 sums of 24 terms, 1e-5. */
const [STEP, TOLERANCE] = [0.05, 5e-4];

async function run(graph: Graph, outputs: readonly string[], feeds: Values): Promise<Values> {
  const subgraph = cutBetween(graph, [...feeds.keys()], outputs)!;
  return await runOnce(encodeSubgraph(graph, subgraph), feeds);
}

function graphOf({ op, read, constants = [], first, attributes, domain = "", opset = 17n }: Case) {
  const names = [read.map((_, i) => `x${i}`), constants.map((_, i) => `c${i}`)];
  const node = makeNode(op, (first ? names.reverse() : names).flat(), "y", attributes);
  node.domain = domain;
  const initializer = constants.map(({ type, dims, data }, i) => ({
    name: `c${i}`,
    dataType: { float32: Type.FLOAT, int64: Type.INT64, int32: Type.INT32, bool: Type.BOOL }[type],
    dims: dims.map(BigInt),
    rawData: new Uint8Array(data.buffer as ArrayBuffer),
  }));
  const ends = { input: read.map((_, i) => valueInfo(`x${i}`)), output: [valueInfo("y")] };
  const bytes = modelBytes({ name: "g", node: [node], initializer, ...ends }, opset);
  const model = fromBinary(ModelProtoSchema, bytes);
  model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: FUSED, version: 1n }));
  return new Graph(model, "m.onnx");
}

for (const each of CASES) {
  const { op, read, attributes = {}, opset = 17n } = each;
  const how = Object.entries(attributes).map(([name, value]) => `${name} ${value}`);
  const shapes = read.map((dims) => `[${dims}]`).join(", ");
  const name = [`${op} of ${shapes}`, ...how, `operators ${opset}`].join(", ");
  Deno.test(`Backward has the gradient of ${name}${each.first ? ", constant first" : ""}`, async () => {
    const fused = graphOf(each);
    const graph = unfuseActivations(fused);
    const feeds = new Map(read.map((dims, i) => [`x${i}`, some(dims, i)]));
    const made = graph.nodes.flatMap(({ output }) => output)
      .filter((value) => !graph.isConstant(value));
    const values = new Map<string, OnnxValue>([...feeds, ...await run(graph, made, feeds)]);
    const y = values.get("y")!;
    const own = (await run(fused, ["y"], feeds)).get("y")!.data as Float32Array;
    own.forEach((x, i) => assertAlmostEquals(Number(y.data[i]), x, 1e-5)); // a function spelled out is the same
    const weights = some(y.dims, 7).data;
    const backward = new Backward(graph, new Map([...values].map(([x, { dims }]) => [x, dims])));
    const found = backward.run("y", "weights", { to: [...feeds.keys()] });
    const whole = graph.withNodes(
      [...graph.nodes, ...backward.nodes],
      undefined,
      [inputInfo("weights", Type.FLOAT)],
    );
    const given = new Map<string, OnnxValue>([...feeds, [
      "weights",
      { ...y, data: weights } as OnnxValue,
    ]]);
    for (const [x, { dims, data }] of feeds) {
      const gradient = (await run(whole, [found.get(x)!], given)).get(found.get(x)!)!;
      assertEquals(gradient.dims, dims);
      const direction = some(dims, 11).data.map((d) => d - 2);
      const sumAt = async (step: number) => {
        const moved = { type: "float32", dims, data: data.map((v, i) => v + step * direction[i]!) };
        const { data: there } =
          (await run(fused, ["y"], new Map([...feeds, [x, moved as OnnxValue]]))).get("y")!;
        return weights.reduce((sum, w, i) => sum + w * Number(there[i]), 0);
      };
      const near = await sumAt(STEP) - await sumAt(-STEP);
      const far = await sumAt(2 * STEP) - await sumAt(-2 * STEP);
      const numeric = (8 * near - far) / (12 * STEP);
      const exact = direction.reduce((sum, d, i) => sum + d * Number(gradient.data[i]), 0);
      assertAlmostEquals(exact, numeric, TOLERANCE * Math.abs(numeric), x);
    }
  });
}

const REFUSED: readonly (readonly [name: string, refused: Case])[] = [
  ["an operator without a rule", { op: "Cos", read: [X] }],
  ["a Softmax over another axis than the last", {
    op: "Softmax",
    read: [X],
    attributes: { axis: 1n },
  }],
  ["a Softmax of several axes", { op: "Softmax", read: [X], opset: 11n }],
  ["a reduction that drops its axes", {
    op: "ReduceMean",
    read: [X],
    attributes: { keepdims: 0n },
  }],
  ["an exponent that varies", { op: "Pow", read: [[4], [4]] }],
  ["a weight that varies", { op: "Gemm", read: [[3, 4], [4, 5]] }],
  ["a product of turned batches", {
    op: "FusedMatMul",
    read: [X, X],
    domain: FUSED,
    attributes: { transBatchA: 1n },
  }],
  ["a cast to whole numbers", { op: "Cast", read: [X], attributes: { to: BigInt(Type.INT64) } }],
];
for (const [name, refused] of REFUSED) {
  Deno.test(`Backward refuses ${name}, and names the operator`, () => {
    const graph = graphOf(refused);
    const shapes = new Map(refused.read.map((dims, i) => [`x${i}`, dims]));
    shapes.set("y", refused.attributes?.["keepdims"] === 0n ? [] : X);
    const backward = new Backward(graph, shapes);
    const error = assertThrowsCode(
      () => backward.run("y", "weights", { to: [...shapes.keys()] }),
      "onnx-unsupported",
      "there is no rule for its node",
    );
    assertEquals(error.subject, refused.op);
  });
}
