/** Finds a tower's weights in its ONNX graph by their use, not by their names. */

import type { NodeProto } from "onnx-buf";
import type { TowerShape } from "../graph/hook_points.ts";
import { ancestors, descendants, shapeOnlyValues } from "../../onnx/cut.ts";
import { attributeOf, type Graph } from "../../onnx/graph.ts";
import type { BlockValues, TowerEnds } from "../graph/find_tower.ts";
import { isProduct, operands } from "../graph/block.ts";
import {
  CLIP_PARTS,
  formless,
  type FoundWeight,
  type Linear,
  linearBehind,
  linearOf,
  matrixFromHeads,
  matrixOf,
  matrixToHeads,
  type Norm,
  normBehind,
  patchMatrix,
  table,
  vector,
  wholeMatrix,
} from "./weight_layout.ts";

export interface TowerPlace {
  readonly kind: "text" | "image";
  readonly ends: TowerEnds;
  readonly blocks: readonly BlockValues[];
  readonly shape: TowerShape;
}

/** The weights that were found; one that the graph does not store separately is absent. */
export type FoundWeights = ReadonlyMap<string, FoundWeight>;

type Found = Record<string, FoundWeight | undefined>;

/**
 * Finds the weights of a tower. Each weight is the one that computes the value at its hook point. Like `hook_q`, W_Q and b_Q are therefore
 * the original module's, before the queries are scaled, wherever an exporter puts the scaling.
 */
export function findWeights(graph: Graph, place: TowerPlace): FoundWeights {
  const { kind, ends, blocks } = place;
  const finder = new Finder(graph, place);
  const found: Found = {};
  const first = blocks[0]?.hook_resid_pre;
  if (first !== undefined) Object.assign(found, finder.beginning(kind, first));
  blocks.forEach((values, layer) => {
    for (const [name, weight] of Object.entries(finder.block(values))) {
      found[`blocks.${layer}.${name}`] = weight;
    }
  });
  const last = blocks.at(-1)?.hook_resid_post;
  if (last !== undefined) Object.assign(found, finder.ending(last, ends.output));
  return new Map(
    Object.entries(found).flatMap(([name, weight]) => weight ? [[name, weight] as const] : []),
  );
}

class Finder {
  readonly #shapeOnly: ReadonlySet<string>;

  constructor(private readonly graph: Graph, private readonly place: TowerPlace) {
    this.#shapeOnly = shapeOnlyValues(graph, place.ends.input);
  }

  /** What is before the first block: the sum of tokens or patches and positions; after a class token, a layer norm follows. */
  beginning(kind: "text" | "image", first: string): Found {
    const graph = this.graph;
    const { width, parts = CLIP_PARTS[kind] } = this.place.shape;
    const norm = parts.classToken ? normBehind(graph, first) : undefined;
    const sum = graph.producerOf((parts.classToken ? norm?.x : first) ?? "");
    const [embedded, positions] = sum?.opType === "Add"
      ? operands(sum, (name) => this.#varies(name)) // the one that changes with the data comes first
      : [];
    const ofPositions = { "pos_embed.W_pos": table(graph, positions, width) };
    if (kind === "text") return { "embed.W_E": table(graph, embedded, width), ...ofPositions };
    if (!parts.classToken) {
      const patches = this.#nodeBehind(embedded, "Conv");
      return {
        "embed.W_patch": patchMatrix(graph, patches, width),
        "embed.b_patch": vector(graph, patches?.input[2], [width]),
        ...ofPositions,
      };
    }
    const joined = this.#nodeBehind(embedded, "Concat");
    const ofClass = joined?.input.find((name) => !this.#varies(name));
    const patches = this.#nodeBehind(joined?.input.find((name) => this.#varies(name)), "Conv");
    return {
      "embed.W_patch": patchMatrix(graph, patches, width),
      "embed.W_class": vector(graph, ofClass, [width]),
      ...ofPositions,
      ...this.#ofNorm("ln_pre", norm),
    };
  }

  block(values: BlockValues): Found {
    const attention = this.#attention(values);
    const { hook_attn_out: attnOut, hook_resid_mid: mid, hook_mlp_out: mlpOut } = values;
    const [o, out] = [this.#linear(attnOut), this.#linear(mlpOut)];
    const [into] = out && mid ? this.#linearsBetween(mid, out.x) : [];
    return {
      ...this.#ofNorm("ln1", this.#norm(attention.x)),
      ...attention.weights,
      ...this.#ofNorm("ln2", this.#norm(into?.x)),
      ...this.#afterHeads(o, into, out),
    };
  }

  #ofNorm(name: string, norm: Norm | undefined): Found {
    const shape = [this.place.shape.width];
    return {
      [`${name}.w`]: vector(this.graph, norm?.w, shape),
      [`${name}.b`]: vector(this.graph, norm?.b, shape),
    };
  }

  /** The weights of attention's output, and of the MLP's two layers. */
  #afterHeads(o: Linear | undefined, into: Linear | undefined, out: Linear | undefined) {
    const graph = this.graph;
    const { width } = this.place.shape;
    const neurons = into?.weight.outputs ?? 0;
    return {
      "attn.W_O": matrixFromHeads(o, this.place.shape),
      "attn.b_O": vector(graph, o?.bias, [width]),
      "mlp.W_in": wholeMatrix(into, width, neurons),
      "mlp.b_in": vector(graph, into?.bias, [neurons]),
      "mlp.W_out": wholeMatrix(out, neurons, width),
      "mlp.b_out": vector(graph, out?.bias, [width]),
    };
  }

  /** From the last residual stream to the embedding: a layer norm, and a linear layer or attention. */
  ending(last: string, output: string): Found {
    const { width, projection, parts } = this.place.shape;
    if (parts?.pooling === "attention") return this.#pooling(last, output);
    const project = this.#linearsBetween(last, output).at(-1);
    let normed: string | undefined = project?.x;
    while (normed !== undefined && normed !== last && this.#norm(normed) === undefined) {
      normed = this.graph.producerOf(normed)?.input[0]; // a node that picks one position
    }
    return {
      ...this.#ofNorm("ln_final", this.#norm(normed)),
      "W_proj": wholeMatrix(project, width, projection),
      "b_proj": vector(this.graph, project?.bias, [projection]),
    };
  }

  /** Queries, keys and values: three linear layers, or one matrix for all three in the runtime's own Attention node. */
  #attention(values: BlockValues): { readonly x?: string; readonly weights: Found } {
    const { width } = this.place.shape;
    const fused = this.graph.producerOf(values["attn.hook_z"] ?? "");
    if (fused?.opType === "Attention" && attributeOf(fused, "qkv_hidden_sizes") === undefined) {
      const [x, stored, bias = ""] = fused.input as [string, string, string?];
      const weight = matrixOf(this.graph, stored, false);
      const whole = weight && { x, weight, bias };
      return {
        x,
        weights: {
          ...this.#heads("Q", whole, { first: 0, of: 3 * width }),
          ...this.#heads("K", whole, { first: width, of: 3 * width }),
          ...this.#heads("V", whole, { first: 2 * width, of: 3 * width }),
        },
      };
    }
    const [q, k, v] = (["q", "k", "v"] as const)
      .map((part) => this.#linear(values[`attn.hook_${part}`]));
    const x = (q ?? k ?? v)?.x;
    const weights = { ...this.#heads("Q", q), ...this.#heads("K", k), ...this.#heads("V", v) };
    return { weights, ...(x !== undefined && { x }) };
  }

  #heads(
    part: "Q" | "K" | "V",
    linear: Linear | undefined,
    columns?: { first: number; of: number },
  ): Found {
    const { heads, width } = this.place.shape;
    return {
      [`attn.W_${part}`]: matrixToHeads(linear, this.place.shape, columns),
      [`attn.b_${part}`]: vector(this.graph, linear?.bias, [heads, width / heads], columns),
    };
  }

  #linear(value: string | undefined): Linear | undefined {
    return value === undefined ? undefined : linearBehind(this.graph, value);
  }

  #norm(value: string | undefined): Norm | undefined {
    return value === undefined ? undefined : normBehind(this.graph, formless(this.graph, value));
  }

  /** The linear layers between a value and another that is computed from it, in the order of computation. */
  #linearsBetween(from: string, to: string): Linear[] {
    const between = ancestors(this.graph, to, (name) => name === from || !this.#varies(name));
    return between.flatMap((index) => {
      const node = this.graph.nodes[index]!;
      const linear = linearOf(this.graph, node);
      return linear === undefined ? [] : [this.#withBias(linear, node.output[0]!)];
    });
  }

  /** A linear layer with the bias that is added after its product, possibly in one node with the activation. */
  #withBias(linear: Linear, product: string): Linear {
    const adds = this.graph.readersOf(product).find(({ opType }) =>
      /^(Add|BiasGelu|FastGelu)$/.test(opType)
    );
    const bias = adds?.input.find((name) => name !== "" && this.graph.isConstant(name));
    return linear.bias !== undefined || bias === undefined ? linear : { ...linear, bias };
  }

  #nodeBehind(value: string | undefined, opType: string): NodeProto | undefined {
    for (let name = value; name !== undefined;) {
      const node = this.graph.producerOf(formless(this.graph, name));
      if (node?.opType === opType) return node;
      name = node?.opType === "Transpose" ? node.input[0] : undefined;
    }
    return undefined;
  }

  #varies(name: string): boolean {
    return name !== "" && !this.#shapeOnly.has(name);
  }

  /** The weights of attention of one query. One that the graph cuts out of a larger one is absent. */
  #pooling(last: string, output: string): Found {
    const graph = this.graph;
    const { width } = this.place.shape;
    const below = new Set(descendants(graph, last));
    const own = ancestors(graph, output).map((index) => graph.nodes[index]!)
      .filter((node) => below.has(node));
    const softmax = own.find(({ opType }) => opType === "Softmax");
    const mix = own.find((node) =>
      isProduct(node) && softmax?.output.includes(node.input[0] ?? "")
    );
    const scores = softmax && productBehind(graph, softmax.input[0]!);
    const [q, k, v] = [scores?.input[0], scores?.input[1], mix?.input[1]]
      .map((value) => throughHeads(graph, value));
    const sum = own.findLast(({ opType, input }) =>
      opType === "Add" && input.every((name) => !graph.isConstant(name))
    );
    const [out] = (sum?.input ?? []).map((name) => linearBehind(graph, name))
      .filter((linear) => linear !== undefined && linear.weight.inputs !== width);
    const into = out && this.#linearsBetween(last, out.x).at(-1);
    const norm = this.#norm(into?.x);
    const o = norm && throughHeads(graph, norm.x);
    const first = own.find(({ output: [name] }) => normBehind(graph, name!)?.x === last);
    const pooled = {
      ...this.#heads("Q", q),
      ...this.#heads("K", k),
      ...this.#heads("V", v),
      ...this.#afterHeads(o, into, out),
    };
    return {
      ...this.#ofNorm("ln_final", first && normBehind(graph, first.output[0]!)),
      "pool.query": vector(graph, q && formless(graph, q.x), [width]),
      ...Object.fromEntries(Object.entries(pooled).map(([name, own]) => [`pool.${name}`, own])),
      ...this.#ofNorm("pool.ln", norm),
    };
  }
}

function productBehind(graph: Graph, value: string): NodeProto | undefined {
  let node = graph.producerOf(value);
  while (node !== undefined && !isProduct(node)) node = graph.producerOf(node.input[0]!);
  return node;
}

function throughHeads(graph: Graph, value: string | undefined): Linear | undefined {
  if (value === undefined) return undefined;
  return linearBehind(graph, value) ?? throughHeads(graph, graph.producerOf(value)?.input[0]);
}
