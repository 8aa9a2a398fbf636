/** Writes a graph's backward graph: the nodes that compute, from the gradient of one value, those of the values that it depends on. */

import type { NodeProto } from "onnx-buf";
import { TensorProto_DataType as Type } from "onnx-buf";
import { NegscopeError } from "../errors.ts";
import {
  type AttributeValue,
  makeConstant,
  makeNode,
  operatorVersion,
  reduceNodes,
  scalarTensor,
  wholeTensor,
} from "./build.ts";
import { attributeOf, type Graph } from "./graph.ts";

/** The values that depend on some others, these included; what reads only a shape does not. */
function dependents(
  graph: Graph,
  from: readonly string[],
  held: ReadonlySet<string> = new Set(),
): Set<string> {
  const found = new Set(from);
  for (const { opType, input, output } of graph.nodes) {
    if (opType === "Shape" || opType === "Size" || !input.some((name) => found.has(name))) continue;
    output.filter((name) => name !== "" && !held.has(name)).forEach((name) => found.add(name));
  }
  return found;
}

/**
 * The backward graph of a graph; `shapes` are those of its values in any one run, from which only ranks and the axes of length 1 are read,
 * and the lengths that weights decide.
 */
export class Backward {
  /** The nodes written so far, which belong after the graph's own. */
  readonly nodes: NodeProto[] = [];
  readonly graph: Graph;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #constants = new Map<string, string>();
  #depends: ReadonlySet<string> = new Set();
  #gradients = new Map<string, string>();

  constructor(graph: Graph, shapes: ReadonlyMap<string, readonly number[]>) {
    this.graph = graph;
    this.#shapes = shapes;
  }

  /**
   * Goes back from a value to those that are asked for. Returns the names of the gradients of all values on the way.
   *
   * @param of The value to start at.
   * @param gradient The value that holds its gradient.
   * @param from The values that are asked for.
   * @param held Values that count as constant.
   */
  run(
    { of, gradient, from, held }: {
      readonly of: string;
      readonly gradient: string;
      readonly from: readonly string[];
      readonly held?: ReadonlySet<string>;
    },
  ): ReadonlyMap<string, string> {
    this.#depends = dependents(this.graph, from, held);
    this.#gradients = new Map([[of, gradient]]);
    for (const node of this.graph.nodes.toReversed()) {
      const own = this.#gradients.get(node.output[0]!);
      if (own === undefined || !node.input.some((name) => this.#depends.has(name))) continue;
      const rule = Object.hasOwn(RULES, node.opType) ? RULES[node.opType]! : refused;
      rule(this, node, own);
    }
    return this.#gradients;
  }

  op(
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    domain = "",
  ): string {
    return this.again({ ...makeNode(opType, [], "", attributes), domain }, input);
  }

  /** Adds a node that does with other values what a given one does. */
  again(node: NodeProto, input: readonly string[]): string {
    const output = this.#name(node.opType);
    this.nodes.push({ ...node, name: output, input: [...input], output: [output] });
    return output;
  }

  real(value: number): string {
    return this.#constant(`real ${value}`, (name) => makeConstant(scalarTensor(value), name));
  }

  /** A list of whole numbers, or one without axes. */
  whole(value: number | readonly number[]): string {
    const list = typeof value === "number" ? [value] : value;
    const tensor = wholeTensor(list);
    if (typeof value === "number") tensor.dims = [];
    return this.#constant(
      `whole ${JSON.stringify(value)}`,
      (name) => makeConstant(tensor, name),
    );
  }

  /** The sum along one axis, which is kept with length 1. */
  sum(input: string, axis: number): string {
    const output = this.#name("ReduceSum");
    this.nodes.push(...reduceNodes(this.graph, "ReduceSum", { input, axis, output }));
    return output;
  }

  /** A value in the shape of another. */
  like(input: string, model: string): string {
    return this.op("Reshape", [input, this.op("Shape", [model])]);
  }

  /** A value with its last two axes exchanged. */
  turned(value: string, rank: number): string {
    const perm = Array.from({ length: rank }, (_, axis) => BigInt(axis));
    return this.op("Transpose", [value], {
      perm: [...perm.slice(0, -2), perm.at(-1)!, perm.at(-2)!],
    });
  }

  dims(value: string): readonly number[] {
    return this.#shapes.get(value)!;
  }

  /** Sends a value what `make` writes, if it is on the way; where it was broadcast to `dims`, summed over that. */
  send(value: string, make: () => string, dims?: readonly number[]): void {
    if (!this.#depends.has(value)) return;
    const made = dims === undefined ? make() : this.#summed(make(), dims, value);
    const known = this.#gradients.get(value);
    this.#gradients.set(value, known === undefined ? made : this.op("Add", [known, made]));
  }

  #summed(gradient: string, dims: readonly number[], value: string): string {
    const own = this.dims(value);
    const more = dims.length - own.length;
    const axes = dims.flatMap((size, i) => size > 1 && (own[i - more] ?? 1) === 1 ? [i] : []);
    const sum = axes.reduce((from, axis) => this.sum(from, axis), gradient);
    return more > 0 ? this.like(sum, value) : sum;
  }

  #name(opType: string): string {
    return `gradient ${this.nodes.length} ${opType}`;
  }

  #constant(key: string, make: (name: string) => NodeProto): string {
    const name = this.#constants.get(key) ?? `gradient ${key}`;
    if (!this.#constants.has(key)) this.nodes.push(make(name));
    this.#constants.set(key, name);
    return name;
  }
}

/** Sends on the gradient of a node's output, `g`, to what it reads. */
type Rule = (b: Backward, node: NodeProto, g: string) => void;

/** A function of one value; `make` writes the gradient from the function's operand x and result y. */
function unary(make: (b: Backward, g: string, x: string, y: string) => string): Rule {
  return (b, { input: [x], output: [y] }, g) => b.send(x!, () => make(b, g, x!, y!));
}

/** A function of two values that are broadcast to each other. */
function binary(
  first: (b: Backward, g: string, x: string, y: string, out: string) => string,
  second: typeof first,
): Rule {
  return (b, { input: [x, y], output: [out] }, g) => {
    const dims = b.dims(out!);
    b.send(x!, () => first(b, g, x!, y!, out!), dims);
    b.send(y!, () => second(b, g, x!, y!, out!), dims);
  };
}

/** A reduction that keeps its axes with length 1. */
function reduction(make: Parameters<typeof unary>[0]): Rule {
  return (b, node, g) => {
    const [x, y] = [node.input[0]!, node.output[0]!];
    if (b.dims(x).length !== b.dims(y).length) refused(b, node);
    b.send(x, () => make(b, g, x, y));
  };
}

/** The same numbers in another form. */
const reformed: Rule = unary((b, g, x) => b.like(g, x));

/** Entries that are picked out: the same node, given the numbers of all entries, says which, and these get their gradients. */
const picked: Rule = (b, node, g) => {
  const [x, ...how] = node.input as [string, ...string[]];
  b.send(x, () => {
    const size = b.op("Size", [x]);
    const numbers = b.like(b.op("Range", [b.whole(0), size, b.whole(1)]), x);
    const which = b.op("Reshape", [b.again(node, [numbers, ...how]), b.whole([-1, 1])]);
    const none = b.op("ConstantOfShape", [b.op("Reshape", [size, b.whole([1])])]);
    const flat = b.op("Reshape", [g, b.whole([-1])]);
    const canAdd = operatorVersion(b.graph) >= 16n; // before, an entry may be picked once, as it is where positions are pooled
    return b.like(b.op("ScatterND", [none, which, flat], canAdd ? { reduction: "add" } : {}), x);
  });
};

const whole = (node: NodeProto, name: string) => attributeOf(node, name)?.i ?? 0n;
const other = (flag: bigint) => 1n - flag;

const RULES: Readonly<Record<string, Rule>> = {
  Add: binary((_, g) => g, (_, g) => g),
  Sub: binary((_, g) => g, (b, g) => b.op("Neg", [g])),
  Mul: binary((b, g, _, y) => b.op("Mul", [g, y]), (b, g, x) => b.op("Mul", [g, x])),
  Div: binary(
    (b, g, _, y) => b.op("Div", [g, y]),
    (b, g, _, y, out) => b.op("Neg", [b.op("Div", [b.op("Mul", [g, out]), y])]),
  ),
  Pow: (b, node, g) => {
    const [x, power] = node.input as [string, string];
    b.send(power, () => refused(b, node));
    b.send(x, () => {
      const less = b.op("Pow", [x, b.op("Sub", [power, b.real(1)])]);
      return b.op("Mul", [g, b.op("Mul", [power, less])]);
    });
  },
  Neg: unary((b, g) => b.op("Neg", [g])),
  Exp: unary((b, g, _, y) => b.op("Mul", [g, y])),
  Sqrt: unary((b, g, _, y) => b.op("Div", [b.op("Mul", [g, b.real(0.5)]), y])),
  Relu: unary((b, g, _, y) => b.op("Mul", [g, b.op("Sign", [y])])),
  Sigmoid: unary((b, g, _, y) => {
    return b.op("Mul", [g, b.op("Mul", [y, b.op("Sub", [b.real(1), y])])]);
  }),
  Tanh: unary((b, g, _, y) => {
    return b.op("Mul", [g, b.op("Sub", [b.real(1), b.op("Mul", [y, y])])]);
  }),
  Erf: unary((b, g, x) => {
    const bell = b.op("Exp", [b.op("Neg", [b.op("Mul", [x, x])])]);
    return b.op("Mul", [g, b.op("Mul", [bell, b.real(2 / Math.sqrt(Math.PI))])]);
  }),
  Softmax: (b, node, g) => {
    const [x, y] = [node.input[0]!, node.output[0]!];
    const last = b.dims(y).length - 1;
    const axis = Number(
      attributeOf(node, "axis")?.i ?? (operatorVersion(b.graph) < 13n ? 1n : -1n),
    );
    if (axis !== -1 && axis !== last) refused(b, node);
    b.send(x, () => {
      const weighted = b.op("Mul", [g, y]);
      return b.op("Sub", [weighted, b.op("Mul", [y, b.sum(weighted, last)])]);
    });
  },
  MatMul: (b, { input: [x, y], output: [out] }, g) => {
    const dims = b.dims(out!);
    const among = (value: string) => [...dims.slice(0, -2), ...b.dims(value).slice(-2)];
    if (b.graph.isConstant(y!)) { // a matrix, which need not be turned at every run
      b.send(x!, () => {
        const rows = b.op("Reshape", [g, b.whole([-1, dims.at(-1)!])]);
        return b.like(b.op("Gemm", [rows, y!], { transB: 1n }), x!);
      });
    } else if (b.graph.isConstant(x!)) {
      b.send(y!, () => b.op("MatMul", [b.turned(x!, dims.length), g]), among(y!));
    } else {
      b.send(x!, () => b.op("MatMul", [g, b.turned(y!, b.dims(y!).length)]), among(x!));
      b.send(y!, () => b.op("MatMul", [b.turned(x!, b.dims(x!).length), g]), among(y!));
    }
  },
  FusedMatMul: (b, node, g) => {
    const [x, y] = node.input as [string, string];
    const [transA, transB] = [whole(node, "transA"), whole(node, "transB")];
    if (whole(node, "transBatchA") || whole(node, "transBatchB")) refused(b, node);
    const alpha = attributeOf(node, "alpha")?.f ?? 1;
    const product = (x: string, y: string, turns: Readonly<Record<string, bigint>>) =>
      b.op("FusedMatMul", [x, y], { alpha, ...turns }, node.domain);
    b.send(
      x,
      () =>
        transA
          ? product(y, g, { transA: transB, transB: 1n })
          : product(g, y, { transB: other(transB) }),
    );
    b.send(y, () =>
      transB ? product(g, x, { transA: 1n, transB: transA }) : product(x, g, {
        transA: other(transA),
      }));
  },
  Gemm: (b, node, g) => {
    const [x, y, bias = ""] = node.input as [string, string, string?];
    if (whole(node, "transA") || !b.graph.isConstant(y)) refused(b, node);
    b.send(bias, () => refused(b, node));
    const alpha = attributeOf(node, "alpha")?.f ?? 1;
    b.send(x, () => b.op("Gemm", [g, y], { alpha, transB: other(whole(node, "transB")) }));
  },
  ReduceSum: reduction((b, g, x) => b.op("Expand", [g, b.op("Shape", [x])])),
  ReduceMean: reduction((b, g, x, y) => {
    const count = b.op("Div", [b.op("Size", [x]), b.op("Size", [y])]);
    const share = b.op("Div", [g, b.op("Cast", [count], { to: BigInt(Type.FLOAT) })]);
    return b.op("Expand", [share, b.op("Shape", [x])]);
  }),
  ReduceL2: reduction((b, g, x, y) => b.op("Mul", [x, b.op("Div", [g, y])])),
  Expand: (b, { input: [x], output: [out] }, g) => b.send(x!, () => g, b.dims(out!)),
  Where: (b, { input: [which, x, y], output: [out] }, g) => {
    b.send(x!, () => b.op("Where", [which!, g, b.real(0)]), b.dims(out!));
    b.send(y!, () => b.op("Where", [which!, b.real(0), g]), b.dims(out!));
  },
  Cast: (b, node, g) => {
    if (![Type.FLOAT, Type.FLOAT16].includes(Number(whole(node, "to")))) refused(b, node);
    b.send(node.input[0]!, () => g);
  },
  Transpose: (b, node, g) => {
    const perm = attributeOf(node, "perm")?.ints.map(Number);
    const back = perm && { perm: perm.map((_, axis) => BigInt(perm.indexOf(axis))) };
    b.send(node.input[0]!, () => b.op("Transpose", [g], back ?? {}));
  },
  Reshape: reformed,
  Flatten: reformed,
  Squeeze: reformed,
  Unsqueeze: reformed,
  Gather: picked,
  GatherND: picked,
  Slice: picked,
};

function refused({ graph }: Backward, { opType, name }: NodeProto): never {
  throw new NegscopeError("onnx-unsupported", {
    problem: `Cannot take gradients in "${graph.source}"`,
    subject: opType,
    reason: `there is no rule for its node ${
      name === "" ? "" : `"${name}" `
    }of operator "${opType}"`,
    fix: "ask for hook points after it, or use the model's weights or a plain export",
  });
}
