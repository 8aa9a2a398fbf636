/** Removes nodes that do nothing, since hook points and weights are found by the nodes around them. */

import {
  type NodeProto,
  type TensorProto,
  TensorProto_DataType as Type,
  type ValueInfoProto,
} from "onnx-buf";
import { attributeOf, computedType, type Graph } from "./graph.ts";
import { typeOfOperator } from "./weight_numbers.ts";
import { isExternal, wholeNumbersIn } from "./weight_files.ts";

/** Removes nodes that return what they read; inputs, outputs, weights and subgraphs inside nodes stay. Returns the same object if there are none. */
export function dropIdleNodes(graph: Graph): Graph {
  const isIdle = idleTest(graph);
  const outputs = new Set(graph.outputs);
  const readInside = new Set(
    graph.nodes.flatMap(({ input }, index) =>
      graph.reads[index]!.slice(input.filter((name) => name !== "").length)
    ),
  );
  const before = new Map<string, string>(); // what a removed node read, by what it made
  const after = new Map<string, string>(); // an output of the graph, by what the removed node that made it read
  const nodes = graph.nodes.filter((node) => {
    const made = node.output[0] ?? "";
    if (readInside.has(made) || !isIdle(node)) return true;
    const read = before.get(node.input[0]!) ?? node.input[0]!;
    if (!outputs.has(made)) {
      before.set(made, read);
      return false;
    }
    const fixed = !graph.producer.has(read) || outputs.has(read) || readInside.has(read);
    if (fixed || after.has(read)) return true;
    after.set(read, made);
    return false;
  });
  if (nodes.length === graph.nodes.length) return graph;
  const nameOf = (name: string) => {
    const first = before.get(name) ?? name;
    return after.get(first) ?? first;
  };
  return graph.withNodes(
    nodes.map((node) => ({
      ...node,
      input: node.input.map(nameOf),
      output: node.output.map((name) => after.get(name) ?? name),
    })),
    described(graph.model.graph!.valueInfo, nameOf),
  );
}

function described(
  infos: readonly ValueInfoProto[],
  nameOf: (name: string) => string,
): ValueInfoProto[] {
  const all = new Map<string, ValueInfoProto>();
  for (const info of infos) {
    const name = nameOf(info.name);
    if (name === info.name || !all.has(name)) all.set(name, { ...info, name });
  }
  return [...all.values()];
}

const END = 2n ** 31n - 1n; // exporters write this number or a larger one for the end of an axis

/** The operators of a tower whose result has the type of their first operand. */
const KEEPS_TYPE = new Set(
  `
    Add Sub Mul Div Pow Sqrt Exp Erf Tanh Sigmoid Relu Gelu MatMul FusedMatMul Gemm Conv Softmax
    LayerNormalization ReduceMean ReduceSum ReduceMax Neg Abs Clip Min Max Reciprocal Reshape
    Transpose Squeeze Unsqueeze Flatten Expand Tile Slice Gather GatherElements GatherND Concat
    Identity Dropout Trilu
  `.trim().split(/\s+/),
);

interface Known {
  readonly graph: Graph;
  /** The type that a value is computed in; absent if it does not follow from the operators. */
  readonly types: ReadonlyMap<string, Type>;
  /** The sizes that the file declares; one that varies is undefined. */
  readonly sizes: ReadonlyMap<string, readonly (bigint | undefined)[]>;
}

/** Recognises nodes that return their first input unchanged, whatever it is; where the graph does not tell, a node counts as doing something. */
function idleTest(graph: Graph): (node: NodeProto) => boolean {
  const known = { graph, types: typesOf(graph), sizes: sizesOf(graph) };
  const outputs = new Set(graph.outputs);
  const isRead = (name: string) => graph.consumers.has(name) || outputs.has(name);
  return (node) => {
    const { opType, domain, input, output } = node;
    const plain = (domain === "" || domain === "ai.onnx") && (input[0] ?? "") !== "" &&
      !output.slice(1).some(isRead);
    return plain && (IDLE[opType]?.(node, known) ?? false);
  };
}

const IDLE: Readonly<Record<string, (node: NodeProto, known: Known) => boolean>> = {
  Identity: () => true,
  Dropout: isInference,
  Cast: (node, { types }) => {
    const type = types.get(node.input[0]!);
    return type !== undefined && type === typeOf(node);
  },
  Concat: ({ input }) => input.length === 1,
  Transpose: (node) => {
    const axes = attributeOf(node, "perm")?.ints ?? [];
    return axes.length > 0 && axes.every((axis, i) => axis === BigInt(i));
  },
  Slice: takesAll,
  Reshape: keepsShape,
};

/** Whether a Dropout is not in training; before operator set 12 none ever was. */
function isInference({ input }: NodeProto, { graph }: Known): boolean {
  const training = input[2] ?? "";
  if (training === "") return true;
  const stored = constantOf(graph, training);
  if (stored?.dataType !== Type.BOOL) return false;
  return [...stored.rawData, ...stored.int32Data].every((value) => value === 0);
}

/** Whether a slice takes every axis from its beginning to its end. */
function takesAll({ input }: NodeProto, { graph }: Known): boolean {
  const [, starts = "", ends = "", , steps = ""] = input;
  const every = (name: string, holds: (value: bigint) => boolean) =>
    wholeNumbers(graph, name)?.every(holds) ?? false;
  return every(starts, (start) => start === 0n) && every(ends, (end) => end >= END) &&
    (steps === "" || every(steps, (step) => step === 1n));
}

/** Whether a value is reshaped to the sizes that the file declares for it; one of them may be left open. */
function keepsShape(node: NodeProto, { graph, sizes }: Known): boolean {
  const [x, shape = ""] = node.input as [string, string?];
  const [from, to] = [sizes.get(x), wholeNumbers(graph, shape)];
  if (from === undefined || to?.length !== from.length || attributeOf(node, "allowzero")?.i) {
    return false;
  }
  return to.every((size, i) => size === 0n || size === -1n || size === from[i]) &&
    to.filter((size) => size === -1n).length <= 1;
}

function typesOf(graph: Graph): Map<string, Type> {
  const types = new Map(graph.declared);
  for (const [name, { dataType }] of graph.initializers) types.set(name, dataType);
  for (const [name, type] of types) types.set(name, computedType(type));
  for (const node of graph.nodes) {
    const { opType, input, output } = node;
    const followed = KEEPS_TYPE.has(opType) ? input[0] : opType === "Where" ? input[1] : undefined;
    const type = typeOf(node) ?? types.get(followed ?? "");
    if (type !== undefined && !types.has(output[0]!)) types.set(output[0]!, type);
  }
  return types;
}

function typeOf(node: NodeProto): Type | undefined {
  const type = typeOfOperator(node);
  return type === undefined ? undefined : computedType(type);
}

function sizesOf({ model: { graph }, initializers }: Graph): Known["sizes"] {
  const sizes = new Map<string, readonly (bigint | undefined)[]>();
  for (const { name, type } of [...graph!.valueInfo, ...graph!.input]) {
    const shape = type?.value.case === "tensorType" ? type.value.value.shape : undefined;
    if (shape === undefined) continue;
    sizes.set(
      name,
      shape.dim.map(({ value }) => value.case === "dimValue" ? value.value : undefined),
    );
  }
  for (const [name, { dims }] of initializers) sizes.set(name, dims);
  return sizes;
}

function wholeNumbers(graph: Graph, name: string): readonly bigint[] | undefined {
  const node = graph.producerOf(name);
  const list = node?.opType === "Constant" ? attributeOf(node, "value_ints")?.ints : undefined;
  if (list !== undefined) return list;
  const stored = constantOf(graph, name);
  if (stored?.dataType !== Type.INT64) return undefined;
  return wholeNumbersIn(stored);
}

/** A constant that the graph's own file holds. */
function constantOf(graph: Graph, name: string): TensorProto | undefined {
  const node = graph.producerOf(name);
  const stored = node?.opType === "Constant"
    ? attributeOf(node, "value")?.t
    : graph.initializers.get(name);
  return stored === undefined || isExternal(stored) ? undefined : stored;
}
