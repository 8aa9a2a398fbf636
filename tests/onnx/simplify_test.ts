import { create } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  type NodeProto,
  TensorProto_DataType as Type,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { elementType } from "../../lib/onnx/weight_numbers.ts";
import { Graph } from "../../lib/onnx/graph.ts";
import { dropIdleNodes, unfuse, unfuseLayerNorms } from "../../lib/onnx/simplify.ts";
import { graphFromText } from "./graph_from_text.ts";
import { cutChain, encodeSubgraph } from "../../lib/onnx/cut.ts";
import { decodeGraph } from "../../lib/onnx/graph_file.ts";
import type { OnnxValue } from "../../lib/onnx/runtime.ts";
import { modelBytes, valueInfo } from "./model_bytes.ts";
import { runOnce } from "./run_whole.ts";

/** A graph with the nodes of a text, some of them with attributes. */
function graphOf(
  text: string,
  attributes: Readonly<Record<string, NodeProto["attribute"]>> = {},
): Graph {
  const { model } = graphFromText(text);
  for (const each of model.graph!.node) each.attribute = attributes[each.output[0]!] ?? [];
  return new Graph(model, "text.onnx");
}

function whole(name: string, value: bigint): NodeProto["attribute"][number] {
  return create(AttributeProtoSchema, { name, type: 2, i: value });
}

function wholes(name: string, ...values: bigint[]): NodeProto["attribute"][number] {
  return create(AttributeProtoSchema, { name, type: 7, ints: values });
}

function constants(values: Readonly<Record<string, bigint[]>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, ints]) => [name, [wholes("value_ints", ...ints)]]),
  );
}

/** What a graph's nodes are after idle ones are removed, constants left out. */
function left(graph: Graph): string[] {
  return dropIdleNodes(graph).nodes.filter(({ opType }) => opType !== "Constant")
    .map(({ opType, input, output }) => `${output} = ${opType}(${input.join(", ")})`);
}

Deno.test("idleTest() recognises nodes that return what they read, and none that do something or of which it cannot be known", () => {
  const END = 2n ** 63n - 1n;
  const sizes = { zero: [0n, 0n], one: [1n, 1n], at: [1n, 2n], two: [1n, 2n] };
  const numbers = { ...sizes, end: [END, 2n ** 31n - 1n], early: [END, 5n] };
  const text = Object.keys(numbers).map((name) => `${name} = Constant()`).join("\n");
  type Case = [string, NodeProto["attribute"]?];
  const idle: Case[] = [
    ["Identity(a)"],
    ["Dropout(a)", [create(AttributeProtoSchema, { name: "ratio", type: 1, f: 0.5 })]],
    ["Cast(a)", [whole("to", BigInt(Type.FLOAT))]],
    ["Cast(a)", [whole("to", BigInt(Type.FLOAT16))]], // computed in single precision as well
    ["Concat(a)", [whole("axis", 0n)]],
    ["Transpose(a)", [wholes("perm", 0n, 1n, 2n)]],
    ["Slice(a, zero, end, at)"],
    ["Slice(a, zero, end, at, one)"],
  ];
  const others: Case[] = [
    ["Dropout(a, x, x)"],
    ["Cast(a)", [whole("to", BigInt(Type.INT64))]],
    ["Concat(a, a)", [whole("axis", 0n)]],
    ["Transpose(a)", [wholes("perm", 0n, 2n, 1n)]],
    ["Transpose(a)"],
    ["Slice(a, zero, early, at)"],
    ["Slice(a, two, at, at)"],
    ["Slice(a, zero, x, at)"],
    ["Reshape(a, zero)"],
  ];
  for (const [i, [operation, attributes = []]] of [...idle, ...others].entries()) {
    const graph = graphOf(`${text}\na = Relu(x)\nb = ${operation}\ny = Add(b, a)`, {
      ...constants(numbers),
      b: attributes,
    });
    if (i < idle.length) assertEquals(left(graph), ["a = Relu(x)", "y = Add(a, a)"], operation);
    else assertStrictEquals(dropIdleNodes(graph), graph, operation);
  }
  const quantised =
    "q = DynamicQuantizeLinear(x)\na = MatMulInteger(q, q)\nb = Cast(a)\ny = Relu(b)";
  const unknown = graphOf(quantised, { b: [whole("to", BigInt(Type.FLOAT))] });
  assertStrictEquals(dropIdleNodes(unknown), unknown);
});

Deno.test("idleTest() recognises a Reshape to the declared sizes", () => {
  const sizes = (...dims: (bigint | string)[]) => ({
    value: {
      case: "tensorType" as const,
      value: {
        elemType: Type.FLOAT,
        shape: {
          dim: dims.map((size) =>
            typeof size === "string"
              ? { value: { case: "dimParam" as const, value: size } }
              : { value: { case: "dimValue" as const, value: size } }
          ),
        },
      },
    },
  });
  const same = [[0n, 0n, 16n], [0n, -1n, 16n], [0n, 0n, -1n]];
  const other = [[0n, 0n], [-1n, 16n], [-1n, -1n, 16n], [7n, 0n, 16n], [0n, 0n, 4n, 4n]];
  for (const ints of [...same, ...other]) {
    const graph = graphOf("s = Constant()\na = Relu(x)\nb = Reshape(a, s)\ny = Relu(b)", {
      ...constants({ s: ints }),
    });
    const { model } = graph;
    model.graph!.valueInfo = [
      create(ValueInfoProtoSchema, { name: "a", type: sizes("batch", "position", 16n) }),
    ];
    const expected = same.includes(ints) ? 2 : 3;
    assertEquals(left(new Graph(model, "text.onnx")).length, expected, ints.join());
  }
});

Deno.test("idleTest() recognises a Dropout whose constant says that it is not in training", () => {
  for (const [byte, count] of [[0, 2], [1, 3]] as const) {
    const { model } = graphFromText("a = Relu(x)\nb = Dropout(a, r, t)\ny = Add(a, b)", {
      r: [0.5],
    });
    model.graph!.input = model.graph!.input.filter(({ name }) => name === "x");
    model.graph!.initializer.push(
      create(TensorProtoSchema, { name: "t", dataType: Type.BOOL, rawData: Uint8Array.of(byte) }),
    );
    assertEquals(dropIdleNodes(new Graph(model, "text.onnx")).nodes.length, count);
  }
});

Deno.test("dropIdleNodes() keeps the names of the graph's inputs, outputs and weights", () => {
  const { model } = graphFromText(
    "c = Identity(w)\na = Add(x, c)\nb = Identity(a)\nd = Relu(a)\ne = Identity(d)\nf = Identity(e)\ng = Identity(x)",
    { w: [1] },
  );
  model.graph!.output = ["b", "d", "f", "g"].map((name) => create(ValueInfoProtoSchema, { name }));
  const graph = new Graph(model, "text.onnx");
  const dropped = dropIdleNodes(graph);
  assertEquals(dropped.outputs, graph.outputs);
  assertEquals([...dropped.inputs.keys()], ["x"]);
  assertEquals(left(graph), [
    "b = Add(x, w)", // made under the name of the output
    "d = Relu(b)",
    "f = Identity(d)", // two outputs of one value
    "g = Identity(x)", // an output that is an input
  ]);
});

Deno.test("dropIdleNodes() keeps what a subgraph reads by its name", () => {
  const { model } = graphFromText("b = Identity(x)\ny = If(c)\nz = Add(b, y)");
  const branch = create(GraphProtoSchema, {
    node: [{ opType: "Relu", input: ["b"], output: ["inner"] }],
    output: [{ name: "inner" }],
  });
  model.graph!.node[1]!.attribute = ["then_branch", "else_branch"].map((name) =>
    create(AttributeProtoSchema, { name, type: 5, g: branch })
  );
  const graph = new Graph(model, "text.onnx");
  assertStrictEquals(dropIdleNodes(graph), graph);
});

Deno.test("dropIdleNodes() keeps the types that the file declares", () => {
  const { model } = graphFromText("a = Custom(x)\nb = Identity(a)\ny = Relu(b)");
  const value = { case: "tensorType" as const, value: { elemType: Type.INT32 } };
  model.graph!.valueInfo = [create(ValueInfoProtoSchema, { name: "b", type: { value } })];
  const dropped = dropIdleNodes(new Graph(model, "text.onnx"));
  assertEquals(dropped.nodes.length, 2);
  assertEquals(elementType(dropped, "a"), Type.INT32);
});

function some(dims: number[], seed: number): OnnxValue {
  const size = dims.reduce((product, axis) => product * axis, 1);
  return {
    type: "float32",
    dims,
    data: Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + seed)),
  };
}

function vector(name: string, seed: number) {
  return {
    ...{ name, dataType: Type.FLOAT, dims: [BigInt(D)] },
    floatData: [...some([D], seed).data as Float32Array],
  };
}

/** Compares with the runtime's result for the fused node; sums of so few terms differ in the last bits. */
async function compareWithFused(
  bytes: Uint8Array,
  feeds: ReadonlyMap<string, OnnxValue>,
  outputs: string[],
): Promise<string[]> {
  const fused = await runOnce(bytes, feeds);
  const graph = decodeGraph(bytes, "m.onnx");
  const [subgraph] = cutChain(graph, [outputs]);
  const spelledOut = await runOnce(encodeSubgraph(graph, subgraph!), feeds);
  for (const name of outputs) {
    const [a, b] = [fused.get(name)!, spelledOut.get(name)!];
    assertEquals(a.dims, b.dims);
    a.data.forEach((x, i) => assert(Math.abs(Number(x) - Number(b.data[i])) < 1e-6, name));
  }
  return graph.nodes.map(({ opType }) => opType);
}

const [B, H, T, D] = [2, 3, 4, 5];
const qkv = ["q", "k", "v"].map((name, i) => [name, some([B, H, T, D], i)] as const);
const scale = { name: "scale", type: 1, f: 0.4 };

const masks: [string, OnnxValue | undefined, number][] = [
  ["without a mask", undefined, 0],
  ["that is causal", undefined, 1],
  ["with a mask to add", some([1, 1, T, T], 9), 0],
  [
    "with a mask of truth values",
    {
      type: "bool",
      dims: [1, 1, T, T],
      data: Uint8Array.from({ length: T * T }, (_, i) => i % T <= Math.floor(i / T) ? 1 : 0),
    },
    0,
  ],
];
for (const [name, mask, isCausal] of masks) {
  Deno.test(`unfuse() spells out ONNX's Attention ${name}`, async () => {
    const input = ["q", "k", "v", ...(mask === undefined ? [] : ["mask"])];
    const attribute = [scale, { name: "is_causal", type: 2, i: BigInt(isCausal) }];
    const types = {
      q: Type.FLOAT,
      k: Type.FLOAT,
      v: Type.FLOAT,
      mask: mask?.type === "bool" ? Type.BOOL : Type.FLOAT,
    };
    const bytes = modelBytes({
      name: "attention",
      node: [{ opType: "Attention", input, output: ["z"], attribute }],
      input: input.map((name) => valueInfo(name, types[name as keyof typeof types])),
      output: [valueInfo("z")],
    }, 23n);
    const feeds = new Map<string, OnnxValue>([
      ...qkv,
      ...(mask === undefined ? [] : [["mask", mask] as const]),
    ]);
    const ops = await compareWithFused(bytes, feeds, ["z"]);
    assert(ops.includes("Softmax") && !ops.includes("Attention"));
  });
}

Deno.test("unfuse() leaves alone an Attention with further features", () => {
  const attention = (output: string[], more: object = {}) => (
    { opType: "Attention", input: ["q", "k", "v"], output, attribute: [scale], ...more }
  );
  const bytes = modelBytes({
    node: [
      attention(["z"], { input: ["q", "k", "v", "", "past"] }),
      attention(["a", "present"]),
      attention(["b"], { attribute: [] }),
      attention(["c"], { domain: "com.microsoft" }),
      attention(["d"], { attribute: [scale, { name: "softcap", type: 1, f: 30 }] }),
    ],
    input: ["q", "k", "v", "past"].map((name) => valueInfo(name)),
  }, 23n);
  const ops = decodeGraph(bytes, "m.onnx").nodes.map(({ opType }) => opType);
  assertEquals(ops, new Array(5).fill("Attention"));
});

for (const [first, second] of [["branch", "residual"], ["residual", "branch"]] as const) {
  for (const bias of [[], ["bias"]]) {
    Deno.test(`unfuse() spells out SkipLayerNormalization of ${[first, second, ...bias].join(", ")}`, async () => {
      const weight = { name: "w", dataType: Type.FLOAT, dims: [BigInt(D), BigInt(D)] };
      const bytes = modelBytes({
        name: "norm",
        node: [
          { opType: "MatMul", input: ["x", "w"], output: ["branch"] },
          { opType: "Neg", input: ["x"], output: ["residual"] },
          {
            opType: "SkipLayerNormalization",
            domain: "com.microsoft",
            input: [first, second, "gamma", "beta", ...bias],
            output: ["y", "", "", "sum"],
            attribute: [{ name: "epsilon", type: 1, f: 1e-5 }],
          },
        ],
        initializer: [
          { ...weight, floatData: [...some([D, D], 3).data as Float32Array] },
          ...[vector("gamma", 4), vector("beta", 5), vector("bias", 6)],
        ],
        input: [valueInfo("x")],
        output: [valueInfo("y"), valueInfo("sum")],
      });
      const ops = await compareWithFused(bytes, new Map([["x", some([B, T, D], 1)]]), ["sum"]);
      await compareWithFused(bytes, new Map([["x", some([B, T, D], 1)]]), ["y"]);
      assertEquals(ops.filter((op) => op === "Add").length, 1 + bias.length);
      const { producer, nodes } = decodeGraph(bytes, "m.onnx");
      const { input } = nodes[producer.get("sum")!]!;
      assert(input.includes("residual"), "the other operand is the branch with its bias");
    });
  }
}

/** A LayerNormalization of x, [B, T, D], with these further inputs, in an operator set. */
function normModel(
  input: readonly string[],
  { opset, attribute = [] as object[], output = ["y"] }: {
    readonly opset: bigint;
    readonly attribute?: readonly object[];
    readonly output?: string[];
  },
) {
  return modelBytes({
    name: "norm",
    node: [{
      opType: "LayerNormalization",
      input: ["x", ...input],
      output,
      attribute: attribute as [],
    }],
    initializer: input.map(vector),
    input: [valueInfo("x")],
    output: [valueInfo("y")],
  }, opset);
}

const epsilon = { name: "epsilon", type: 1, f: 0.3 };
const axis = { name: "axis", type: 2, i: -1n };
for (const opset of [17n, 18n, 22n]) {
  Deno.test(`unfuseLayerNorms() spells out a norm with and without beta and epsilon, opset ${opset}`, async () => {
    const x = some([B, T, D], 1);
    for (const input of [["gamma"], ["gamma", "beta"]]) {
      for (const attribute of [[], [axis, epsilon]]) {
        const bytes = normModel(input, { opset, attribute });
        const graph = unfuseLayerNorms(decodeGraph(bytes, "m.onnx"));
        assert(graph.nodes.every(({ opType }) => opType !== "LayerNormalization"));
        const [subgraph] = cutChain(graph, [["y"]]);
        const feeds = new Map([["x", x]]);
        const found = (await runOnce(encodeSubgraph(graph, subgraph!), feeds)).get("y")!;
        const [gamma, beta] = input.map((_, i) => some([D], i).data as Float32Array);
        for (let row = 0; row < B * T; row++) {
          const own = [...x.data as Float32Array].slice(row * D, (row + 1) * D);
          const mean = own.reduce((sum, v) => sum + v, 0) / D;
          const variance = own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / D;
          own.forEach((v, i) => {
            const normed = (v - mean) / Math.sqrt(variance + (attribute.length > 0 ? 0.3 : 1e-5));
            const expected = normed * gamma![i]! + (beta?.[i] ?? 0);
            assert(Math.abs(Number(found.data[row * D + i]) - expected) < 2e-6); // float32, of values below 3
          });
        }
      }
    }
  });
}

Deno.test("unfuseLayerNorms() leaves alone a norm over other axes, or whose mean is read", () => {
  const axes = [{ name: "axis", type: 2, i: 1n }];
  const over = decodeGraph(normModel(["gamma"], { opset: 17n, attribute: axes }), "m.onnx");
  assertStrictEquals(unfuseLayerNorms(over), over);
  const read = normModel(["gamma"], { opset: 17n, output: ["y", "mean"] });
  const graph = decodeGraph(read, "m.onnx");
  assertStrictEquals(unfuseLayerNorms(graph), graph);
});

Deno.test("unfuse() returns the graph itself if nothing is fused", () => {
  const graph = graphFromText("y = Relu(x)");
  assertStrictEquals(unfuse(graph), graph);
});
