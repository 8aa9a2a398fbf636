/** Writes a graph's backward graph: the nodes that compute, from the gradient of one value, those of the values that it depends on. */

import { type NodeProto, TensorProto_DataType as Type } from "onnx-buf";
import { NegscopeError } from "../errors/errors.ts";
import { NodeWriter, operatorVersion, wholeTensor } from "./build.ts";
import { attributeOf, type Graph, isSet } from "./graph.ts";

export class Backward extends NodeWriter {
  #depends: ReadonlySet<string> = new Set();
  #gradients = new Map<string, string>();

  /** `shapes`: those of the graph's values in any one run; only ranks, axes of length 1, and lengths that weights decide are read. */
  constructor(
    readonly graph: Graph,
    private readonly shapes: ReadonlyMap<string, readonly number[]>,
  ) {
    super("gradient");
  }

  /** Goes back from a value, whose gradient is given, to others. Returns the gradients of all values on the way. Those that are `held` count as constant. */
  run(
    from: string,
    gradient: string,
    { to, held = [] }: { readonly to: readonly string[]; readonly held?: readonly string[] },
  ): ReadonlyMap<string, string> {
    const depends = new Set(to);
    for (const { opType, input, output } of this.graph.nodes) {
      const reads = opType !== "Shape" && opType !== "Size" && input.some((x) => depends.has(x));
      if (reads) output.filter((name) => !held.includes(name)).forEach((name) => depends.add(name));
    }
    this.#depends = depends;
    this.#gradients = new Map([[from, gradient]]);
    for (const node of this.graph.nodes.toReversed()) {
      const own = this.#gradients.get(node.output[0]!);
      if (own === undefined || !node.input.some((name) => depends.has(name))) continue;
      const rule = Object.hasOwn(RULES, node.opType) ? RULES[node.opType]! : refused;
      rule(this, node, own);
    }
    return this.#gradients;
  }

  /** The shape of a value; empty for one that does not vary. */
  dims(value: string): readonly number[] {
    return this.shapes.get(value) ?? [];
  }

  whole(value: number | readonly number[]): string {
    return this.constant(wholeTensor(value));
  }

  /** The sum along one axis, which is kept with length 1. */
  sum(input: string, axis: number): string {
    return this.reduce(this.graph, "ReduceSum", input, axis);
  }

  /** A value in the shape of another. */
  like(input: string, model: string): string {
    return this.op("Reshape", [input, this.op("Shape", [model])]);
  }

  /** A value with its last two axes exchanged. `rank`: how many axes it has, if it does not vary. */
  turned(value: string, rank: number): string {
    const length = this.dims(value).length || rank;
    const [last, ...others] = Array.from({ length }, (_, axis) => BigInt(axis)).reverse();
    return this.op("Transpose", [value], {
      perm: [...others.slice(1).reverse(), last!, others[0]!],
    });
  }

  /** Sends a value what `make` writes, if it is on the way; where it was broadcast to `dims`, summed over that. */
  send(value: string, make: () => string, dims = this.dims(value)): void {
    if (!this.#depends.has(value)) return;
    const own = this.dims(value);
    const more = dims.length - own.length;
    const axes = dims.flatMap((size, i) => size > 1 && (own[i - more] ?? 1) === 1 ? [i] : []);
    const sum = axes.reduce((from, axis) => this.sum(from, axis), make());
    const sent = more > 0 ? this.like(sum, value) : sum;
    const known = this.#gradients.get(value);
    this.#gradients.set(value, known === undefined ? sent : this.op("Add", [known, sent]));
  }
}

/** Sends on the gradient of a node's output, `g`, to what the node reads. */
type Rule = (b: Backward, node: NodeProto, g: string) => void;

/** A function of one value; `make` writes the gradient of its operand x from that of its result y. */
function unary(make: (b: Backward, g: string, x: string, y: string) => string): Rule {
  return (b, { input: [x], output: [y] }, g) => b.send(x!, () => make(b, g, x!, y!));
}

type Make = (b: Backward, g: string, x: string, y: string, z: string) => string;

/** A function of two values that are broadcast to each other; its result is z. */
function binary(ofX: Make, ofY?: Make): Rule {
  return (b, node, g) => {
    const [x, y, z] = [...node.input, ...node.output] as [string, string, string];
    b.send(x, () => ofX(b, g, x, y, z), b.dims(z));
    b.send(y, () => ofY?.(b, g, x, y, z) ?? refused(b, node), b.dims(z));
  };
}

/** A reduction that keeps its axes with length 1. */
function reduction(make: Parameters<typeof unary>[0]): Rule {
  return (b, node, g) => {
    const keeps = b.dims(node.input[0]!).length === b.dims(node.output[0]!).length;
    return keeps ? unary(make)(b, node, g) : refused(b, node);
  };
}

const reformed: Rule = unary((b, g, x) => b.like(g, x));

/** Entries that are picked: the same node, given the numbers of all entries, says which, and these get their gradients. */
const picked: Rule = (b, node, g) => {
  const [x, ...how] = node.input as [string, ...string[]];
  b.send(x, () => {
    const size = b.op("Size", [x]);
    const numbers = b.like(b.op("Range", [b.whole(0), size, b.whole(1)]), x);
    const which = b.op("Reshape", [b.add({ ...node, input: [numbers, ...how] }), b.whole([-1, 1])]);
    const none = b.op("ConstantOfShape", [b.op("Reshape", [size, b.whole([1])])]);
    const flat = b.op("Reshape", [g, b.whole([-1])]);
    const canAdd = operatorVersion(b.graph) >= 16n; // before, an entry may be picked once, as it is where positions are pooled
    return b.like(b.op("ScatterND", [none, which, flat], canAdd ? { reduction: "add" } : {}), x);
  });
};

/** The product of two values, each of which may be turned before. */
const product: Rule = (b, node, g) => {
  const [x, y] = node.input as [string, string];
  const dims = b.dims(node.output[0]!);
  const [turnsX, turnsY] = [isSet(node, "transA"), isSet(node, "transB")];
  if (isSet(node, "transBatchA") || isSet(node, "transBatchB")) refused(b, node);
  const { f: alpha = 1 } = attributeOf(node, "alpha") ?? {};
  const scaled = alpha === 1 ? g : b.op("Mul", [g, alpha]);
  if (b.graph.isConstant(y) && !turnsX) { // a matrix, which Gemm need not turn first
    return b.send(x, () => {
      const rows = b.op("Reshape", [scaled, b.whole([-1, dims.at(-1)!])]);
      return b.like(b.op("Gemm", [rows, y], { transB: turnsY ? 0n : 1n }), x);
    });
  }
  const turned = (value: string, turns: boolean) => turns ? b.turned(value, dims.length) : value;
  const among = (value: string) => [...dims.slice(0, -2), ...b.dims(value).slice(-2)];
  const ofX = () => turned(b.op("MatMul", [scaled, turned(y, !turnsY)]), turnsX);
  const ofY = () => turned(b.op("MatMul", [turned(x, !turnsX), scaled]), turnsY);
  b.send(x, ofX, among(x));
  b.send(y, ofY, among(y));
};

const RULES: Readonly<Record<string, Rule>> = {
  Add: binary((_, g) => g, (_, g) => g),
  Sub: binary((_, g) => g, (b, g) => b.op("Neg", [g])),
  Mul: binary((b, g, _, y) => b.op("Mul", [g, y]), (b, g, x) => b.op("Mul", [g, x])),
  Div: binary(
    (b, g, _, y) => b.op("Div", [g, y]),
    (b, g, _, y, z) => b.op("Neg", [b.op("Div", [b.op("Mul", [g, z]), y])]),
  ),
  Pow: binary((b, g, x, power) => {
    const less = b.op("Pow", [x, b.op("Sub", [power, 1])]);
    return b.op("Mul", [g, b.op("Mul", [power, less])]);
  }),
  Sqrt: unary((b, g, _, y) => b.op("Div", [b.op("Mul", [g, 0.5]), y])),
  Relu: unary((b, g, _, y) => b.op("Mul", [g, b.op("Sign", [y])])),
  Sigmoid: unary((b, g, _, y) => b.op("Mul", [g, b.op("Mul", [y, b.op("Sub", [1, y])])])),
  Tanh: unary((b, g, _, y) => b.op("Mul", [g, b.op("Sub", [1, b.op("Mul", [y, y])])])),
  Erf: unary((b, g, x) => {
    const bell = b.op("Exp", [b.op("Neg", [b.op("Mul", [x, x])])]);
    return b.op("Mul", [g, b.op("Mul", [bell, 2 / Math.sqrt(Math.PI)])]);
  }),
  Softmax: (b, node, g) => {
    const [x, y] = [node.input[0]!, node.output[0]!];
    const last = b.dims(y).length - 1;
    const axis = Number(attributeOf(node, "axis")?.i ?? (operatorVersion(b.graph) < 13n ? 1 : -1));
    if (axis !== -1 && axis !== last) refused(b, node);
    b.send(x, () => {
      const weighted = b.op("Mul", [g, y]);
      return b.op("Sub", [weighted, b.op("Mul", [y, b.sum(weighted, last)])]);
    });
  },
  MatMul: product,
  FusedMatMul: product,
  Gemm: (b, node, g) => {
    const [x, y, bias = ""] = node.input as [string, string, string?];
    if (isSet(node, "transA") || !b.graph.isConstant(y)) refused(b, node);
    b.send(bias, () => refused(b, node));
    const alpha = attributeOf(node, "alpha")?.f ?? 1;
    b.send(x, () => b.op("Gemm", [g, y], { alpha, transB: isSet(node, "transB") ? 0n : 1n }));
  },
  ReduceSum: reduction((b, g, x) => b.op("Expand", [g, b.op("Shape", [x])])),
  ReduceMean: reduction((b, g, x, y) => {
    const count = b.op("Div", [b.op("Size", [x]), b.op("Size", [y])]);
    const share = b.op("Div", [g, b.op("Cast", [count], { to: BigInt(Type.FLOAT) })]);
    return b.op("Expand", [share, b.op("Shape", [x])]);
  }),
  ReduceL2: reduction((b, g, x, y) => b.op("Mul", [x, b.op("Div", [g, y])])),
  Expand: binary((_, g) => g),
  Where: (b, { input: [which, x, y], output: [z] }, g) => {
    b.send(x!, () => b.op("Where", [which!, g, 0]), b.dims(z!));
    b.send(y!, () => b.op("Where", [which!, 0, g]), b.dims(z!));
  },
  Cast: (b, node, g) => { // half precision is computed in single
    const isReal = [Type.FLOAT, Type.FLOAT16].includes(Number(attributeOf(node, "to")?.i));
    return isReal ? b.send(node.input[0]!, () => g) : refused(b, node);
  },
  Transpose: (b, node, g) => {
    const perm = attributeOf(node, "perm")?.ints.map(Number);
    const back = perm && { perm: perm.map((_, axis) => BigInt(perm.indexOf(axis))) };
    b.send(node.input[0]!, () => b.op("Transpose", [g], back));
  },
  Reshape: reformed,
  Flatten: reformed,
  Squeeze: reformed,
  Unsqueeze: reformed,
  Gather: picked,
  GatherND: picked,
  Slice: picked,
};

function refused({ graph: { source } }: Backward, { opType, name }: NodeProto): never {
  throw new NegscopeError("onnx-unsupported", {
    problem: `Cannot take gradients in "${source}"`,
    subject: opType,
    reason: `there is no rule for its node "${name}" of operator "${opType}"`,
    fix: "ask for hook points after it, or use the model's weights or a plain export",
  });
}
