import { create } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  type NodeProto,
  TensorProto_DataType as Type,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { assertEquals, assertStrictEquals } from "@std/assert";
import { Graph } from "../../lib/onnx/graph.ts";
import { dropIdleNodes } from "../../lib/onnx/simplify.ts";
import { graphFromText } from "./graph_from_text.ts";

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

Deno.test("idleTest() recognises nodes that return what they read", () => {
  const END = 2n ** 63n - 1n;
  const numbers = constants({
    zero: [0n, 0n],
    end: [END, 2n ** 31n - 1n],
    one: [1n, 1n],
    at: [1n, 2n],
  });
  const text = ["zero", "end", "one", "at"].map((name) => `${name} = Constant()`).join("\n");
  const cases: [string, NodeProto["attribute"]?][] = [
    ["Identity(a)"],
    ["Dropout(a)", [create(AttributeProtoSchema, { name: "ratio", type: 1, f: 0.5 })]],
    ["Cast(a)", [whole("to", BigInt(Type.FLOAT))]],
    ["Cast(a)", [whole("to", BigInt(Type.FLOAT16))]], // computed in single precision as well
    ["Concat(a)", [whole("axis", 0n)]],
    ["Transpose(a)", [wholes("perm", 0n, 1n, 2n)]],
    ["Slice(a, zero, end, at)"],
    ["Slice(a, zero, end, at, one)"],
  ];
  for (const [operation, attributes = []] of cases) {
    const graph = graphOf(`${text}\na = Relu(x)\nb = ${operation}\ny = Add(b, a)`, {
      ...numbers,
      b: attributes,
    });
    assertEquals(left(graph), ["a = Relu(x)", "y = Add(a, a)"], operation);
  }
});

Deno.test("idleTest() recognises nodes that do something, and those of which it cannot be known", () => {
  const END = 2n ** 63n - 1n;
  const numbers = constants({ zero: [0n, 0n], end: [END, 5n], one: [1n, 2n], at: [1n, 2n] });
  const text = ["zero", "end", "one", "at"].map((name) => `${name} = Constant()`).join("\n");
  const cases: [string, NodeProto["attribute"]?][] = [
    ["Dropout(a, x, x)"],
    ["Cast(a)", [whole("to", BigInt(Type.INT64))]],
    ["Concat(a, a)", [whole("axis", 0n)]],
    ["Transpose(a)", [wholes("perm", 0n, 2n, 1n)]],
    ["Transpose(a)"],
    ["Slice(a, zero, end, at)"],
    ["Slice(a, one, at, at)"],
    ["Slice(a, zero, x, at)"],
    ["Reshape(a, zero)"],
  ];
  for (const [operation, attributes = []] of cases) {
    const graph = graphOf(`${text}\na = Relu(x)\nb = ${operation}\ny = Add(b, a)`, {
      ...numbers,
      b: attributes,
    });
    assertStrictEquals(dropIdleNodes(graph), graph, operation);
  }
  const unknown = graphOf(
    "q = DynamicQuantizeLinear(x)\na = MatMulInteger(q, q)\nb = Cast(a)\ny = Relu(b)",
    {
      b: [whole("to", BigInt(Type.FLOAT))],
    },
  );
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
