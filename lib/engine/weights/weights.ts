import { create } from "@bufbuild/protobuf";
import { type TensorProto_DataType as Type, TensorProtoSchema } from "onnx-buf";
import { NegscopeError, printsItself, unknownName } from "../../errors/errors.ts";
import { foldBlocks } from "../graph/hook_points.ts";
import { type Axis, Tensor } from "../../hooks/tensor.ts";
import type { Graph } from "../../onnx/graph.ts";
import type { GraphFile } from "../../onnx/graph_file.ts";
import type { WeightPlace } from "../../onnx/weight_files.ts";
import { findWeights, type TowerPlace } from "./find_weights.ts";
import { cannotBeRandom } from "./changed_weights.ts";
import { forEachPlace, numbersOf, weightAxes, type WeightLayout } from "./weight_layout.ts";

interface StoredWeight {
  readonly axes: readonly Axis[];
  readonly layout: WeightLayout;
  readonly tensor: string;
  readonly type: Type;
  /** Where the tensor's bytes are; absent if the file stores a list of numbers instead, or if they are made. */
  readonly place: WeightPlace | undefined;
}

/**
 * The weights of a tower by TransformerLens's names, e.g. `blocks.0.attn.W_Q`, in the image tower `vision.blocks.0.attn.W_Q`.
 *
 * Matrices have their inputs before their outputs: y = x W + b. No weight is kept in memory except in what `get` returns.
 */
export class Weights {
  /** All names, in the order of computation. */
  readonly names: readonly string[];
  /** The weights that the graph does not store separately, because it is quantised or an optimiser has merged them. */
  readonly unreachable: ReadonlySet<string>;
  readonly #axes: ReadonlyMap<string, readonly Axis[]>;
  readonly #stored: ReadonlyMap<string, StoredWeight>;

  /** @internal Finds a tower's weights in the graph of its opened file, without reading them. */
  constructor(
    private readonly file: GraphFile,
    graph: Graph,
    private readonly place: TowerPlace & { readonly advice: string },
  ) {
    const { kind, ends: { prefix, layers }, shape: { parts } } = place;
    const found = findWeights(graph, place);
    const axes = weightAxes(kind, layers, parts);
    const inFull = (name: string) => `${prefix}${name}`;
    this.#axes = new Map([...axes].map(([name, own]) => [inFull(name), own]));
    this.#stored = new Map(
      [...found].map(([name, { stored: { name: tensor, tensor: proto }, layout }]) => {
        const [type, place] = [proto.dataType, graph.placeOf(tensor)];
        return [inFull(name), { axes: axes.get(name)!, layout, tensor, type, place }];
      }),
    );
    this.names = [...this.#axes.keys()];
    this.unreachable = new Set(this.names.filter((name) => !this.#stored.has(name)));
  }

  /** Reads a weight. Each call reads the stored tensor again, and nothing else; half precision is widened to float32, which is exact. */
  async get(name: string): Promise<Tensor> {
    const stored = this.#stored.get(name);
    if (stored === undefined) throw this.#missing(name);
    const { axes, layout } = stored;
    const values = await this.#read(stored);
    const data = new Float32Array(layout.shape.reduce((product, length) => product * length, 1));
    let next = 0;
    forEachPlace(layout, (place) => void (data[next++] = values[place]!));
    return new Tensor(data, layout.shape, axes);
  }

  /** Refuses weights that `get` could not read, without reading any. */
  check(names: readonly string[]): void {
    for (const name of names) if (!this.#stored.has(name)) throw this.#missing(name);
  }

  /** Refuses a tower that cannot have random weights instead of its own, because its graph does not store each weight separately. */
  checkRandom(): void {
    const [name] = this.unreachable;
    if (name === undefined) return;
    throw cannotBeRandom(this.file.path, { name, advice: this.place.advice });
  }

  /** The weights with axes and sizes; a weight that every block has takes one line. */
  toString(): string {
    const lines = foldBlocks(this.names).map(({ name, names }) =>
      `  ${name}  ${this.#sizes(names)}`
    );
    const advice = this.unreachable.size > 0 ? [`  ${this.place.advice}`] : [];
    return [`weights of the ${this.place.kind} tower:`, ...lines, ...advice].join("\n");
  }

  /** Axes with sizes, and whether some of the weights cannot be reached. */
  #sizes(names: readonly string[]): string {
    const shape = names.map((name) => this.#stored.get(name)?.layout.shape).find((own) => own);
    const axes = this.#axes.get(names[0]!)!;
    const text = axes.map((axis, i) => shape === undefined ? axis : `${axis} ${shape[i]}`);
    const gone = names.some((name) => this.unreachable.has(name));
    return `[${text.join(", ")}]${gone ? "  cannot be reached" : ""}`;
  }

  #missing(name: string): NegscopeError {
    if (this.unreachable.has(name)) {
      return new NegscopeError("hook-unreachable", {
        problem: `Cannot reach weight "${name}" in "${this.file.path}"`,
        reason: this.place.advice,
      });
    }
    return unknownName({
      doing: "find weight",
      name,
      known: this.names,
      fix: "print the tower's weights for all of them",
    });
  }

  async #read({ tensor, type, place }: StoredWeight): Promise<Float32Array> {
    if (place !== undefined) {
      const rawData = await this.file.read(place);
      return numbersOf(create(TensorProtoSchema, { dataType: type, rawData }));
    }
    const graph = await this.file.open();
    try {
      return numbersOf(graph.weight(tensor)!);
    } finally {
      this.file.close();
    }
  }
}

printsItself(Weights.prototype);

/** The two circuits of a head (Elhage et al. 2021), for vectors after the block's first layer norm. */
export interface HeadCircuits {
  /** W_V W_O, [width, width]: at a key with vector y the head reads y `ov` + `ovBias`, weighted by its attention. */
  readonly ov: Tensor;
  /** b_V W_O, [width]; the bias b_O belongs to no head. */
  readonly ovBias: Tensor;
  /** W_Q W_K^T / sqrt(head width), [width, width]: the score of query x and key y is x `qk` y + x `qkQuery` + y `qkKey` + `qkBias`. */
  readonly qk: Tensor;
  /** W_Q b_K / sqrt(head width), [width]; it moves all scores of a query alike, so that the attention does not depend on it. */
  readonly qkQuery: Tensor;
  /** W_K b_Q / sqrt(head width), [width]. */
  readonly qkKey: Tensor;
  /** b_Q b_K / sqrt(head width). */
  readonly qkBias: number;
}

/**
 * The OV and QK circuits of a head, both from 0, from the weights as the file stores them: `model.OV` and `model.QK` of TransformerLens,
 * multiplied out, with what the biases add. Matrices have a row for each component of what comes in and a column for each of what goes out;
 * in `qk`, queries by keys.
 */
export async function headCircuits(
  weights: Weights,
  layer: number,
  head: number,
): Promise<HeadCircuits> {
  const prefix = weights.names.some((name) => /^vision\./.test(name)) ? "vision." : "";
  const read = async (name: string) =>
    (await weights.get(`${prefix}blocks.${layer}.attn.${name}`)).row(head);
  const [wq, bq] = [await read("W_Q"), await read("b_Q")];
  const [wk, bk] = [await read("W_K"), await read("b_K")];
  const [wv, bv] = [await read("W_V"), await read("b_V")];
  const wo = await read("W_O"); // [head width, width]
  const scale = 1 / Math.sqrt(bq.data.length);
  return {
    ov: times(wv, transposed(wo), 1),
    ovBias: times(transposed(wo), bv, 1),
    qk: times(wq, wk, scale),
    qkQuery: times(wq, bk, scale),
    qkKey: times(wk, bq, scale),
    qkBias: scale * bq.dot(bk).data[0]!,
  };
}

/** A B^T times a factor: the products of the rows of both, whose sums are made in float64; of a vector, of the rows with it. */
function times(a: Tensor, b: Tensor, factor: number): Tensor {
  const rows = b.shape.length === 1 ? 1 : b.shape[0]!;
  const [columns, count] = [a.shape[1]!, a.shape[0]!];
  const data = new Float32Array(count * rows);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += a.data[i * columns + k]! * b.data[j * columns + k]!;
      data[i * rows + j] = factor * sum;
    }
  }
  return b.shape.length === 1
    ? new Tensor(data, [count], ["width"])
    : new Tensor(data, [count, rows], ["width", "width"]);
}

function transposed({ data, shape, axes }: Tensor): Tensor {
  const [rows, columns] = shape as [number, number];
  const turned = Float32Array.from(
    data,
    (_, i) => data[i % rows * columns + Math.floor(i / rows)]!,
  );
  return new Tensor(turned, [columns, rows], [axes[1]!, axes[0]!]);
}
