/** A tower cut so that rows of any sequences pass through a block together: only attention depends on which rows form a sequence. */

import { create, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataType as Type } from "onnx-buf";
import { makeNode, scalarTensor, wholeTensor } from "../../onnx/build.ts";
import { valueInfo } from "../../onnx/cut.ts";
import type { OnnxValue, Runtime, Session } from "../../onnx/runtime.ts";
import type { AttentionBatch } from "../plan/attention_batch.ts";
import type { TowerShape } from "../graph/hook_points.ts";
import { type BlockModels, type RowModel, rowsInseparable } from "./row_graphs.ts";
import { NegscopeError } from "../../errors/errors.ts";

/** Logits this far below the largest have no weight in float32; the floor keeps exp() from making denormal numbers, which are slow. */
const FLOOR = -80;

/**
 * Writes the graph: `z = softmax(scale q k^T) v`, over the keys that a query sees.
 *
 * Inputs: `q`, `k`, `v` [rows, width]; `query_rows`, `key_rows`, `seen`, `hidden`, `results` as in {@linkcode AttentionBatch}; `ones`
 * [keys, 2]. Output: `z` [computed positions, head, head width]. Whole rows are gathered, position by position, and the runtime's product
 * reads sequences and heads from them in place.
 *
 * Keys that a query does not see have a weight of exactly 0. A matrix product adds up the weights key by key, so no bit of a result depends
 * on how many hidden keys follow the last visible one; with one column of ones instead of two the runtime would use another kernel.
 */
export function attentionGraph(heads: number, headWidth: number): Uint8Array {
  const alpha = 1 / Math.sqrt(headWidth);
  const attendTo = { transB: 1n, transBatchA: 1n, transBatchB: 1n, alpha };
  const lastAxis = { axes: [-1n] };
  const nodes = [
    makeNode("Gather", ["q", "query_rows"], "query_vectors"), // [query, sequence, width]
    makeNode("Gather", ["k", "key_rows"], "key_vectors"), // [key, sequence, width]
    makeNode("Gather", ["v", "key_rows"], "value_vectors"),
    makeNode("Reshape", ["query_vectors", "by_head"], "queries"), // [query, sequence, head, head width]
    makeNode("Reshape", ["key_vectors", "by_head"], "keys"),
    makeNode("Reshape", ["value_vectors", "by_head"], "values"),
    makeNode("FusedMatMul", ["queries", "keys"], "logits", attendTo), // [sequence, head, query, key]
    makeNode("Add", ["logits", "hidden"], "visible"),
    makeNode("ReduceMax", ["visible"], "largest", lastAxis),
    makeNode("Sub", ["visible", "largest"], "below"),
    makeNode("Max", ["below", "floor"], "exponents"),
    makeNode("Exp", ["exponents"], "powers"),
    makeNode("Mul", ["powers", "seen"], "parts"),
    makeNode("MatMul", ["parts", "ones"], "sums"), // [sequence, head, query, 2], the same sum twice
    makeNode("ReduceMax", ["sums"], "sum", lastAxis),
    makeNode("Div", ["parts", "sum"], "weights"),
    makeNode("FusedMatMul", ["weights", "values"], "mixed", { transBatchB: 1n }), // [sequence, head, query, head width]
    makeNode("Reshape", ["mixed", "by_row"], "mixed_rows"),
    makeNode("Gather", ["mixed_rows", "results"], "z"),
  ];
  for (const each of nodes) if (each.opType === "FusedMatMul") each.domain = "com.microsoft";
  const inputs = (names: readonly string[], type: Type) =>
    names.map((name) => valueInfo(name, type));
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ version: 14n }, { domain: "com.microsoft", version: 1n }],
      graph: {
        name: "attention",
        node: nodes,
        initializer: [
          { ...scalarTensor(FLOOR), name: "floor" },
          { ...wholeTensor([0, 0, heads, headWidth]), name: "by_head" }, // 0 keeps the size
          { ...wholeTensor([-1, headWidth]), name: "by_row" },
        ],
        input: [
          ...inputs(["q", "k", "v", "seen", "hidden", "ones"], Type.FLOAT),
          ...inputs(["query_rows", "key_rows", "results"], Type.INT32),
        ],
        output: [valueInfo("z")],
      },
    }),
  );
}

/** Queries, keys and values of all heads side by side, each [rows, width]. */
interface Projections {
  readonly q?: Float32Array;
  readonly k?: Float32Array;
  readonly v?: Float32Array;
}

export type RowTowerOptions =
  & Pick<TowerShape, "layers" | "heads" | "width">
  & { readonly threads: number };

/** Sessions of row subgraphs and of the attention between them. All results are written into the caller's arrays. */
export class RowTower {
  readonly #blocks: Record<keyof BlockModels, RowSession[]>[] = [];
  readonly #ones = new Map<number, Float32Array>();

  private constructor(
    readonly shape: RowTowerOptions,
    private readonly runtime: Runtime,
    private readonly attention: Session,
  ) {}

  static async open(shape: RowTowerOptions, runtime: Runtime): Promise<RowTower> {
    const { width, heads, threads } = shape;
    const bytes = attentionGraph(heads, width / heads);
    const attention = await runtime.create(bytes, "the attention of rows", { threads });
    return new RowTower(shape, runtime, attention);
  }

  async add({ project, complete }: BlockModels): Promise<void> {
    const options = { ...this.shape, runtime: this.runtime };
    const block = { project: [] as RowSession[], complete: [] as RowSession[] };
    this.#blocks.push(block); // those that have been loaded are released with the tower
    for (const model of project) block.project.push(await loadRowSession(model, options));
    for (const model of complete) block.complete.push(await loadRowSession(model, options));
  }

  /** Computes queries, keys and values, unscaled as at the hook points. `x`: the stream before the block, [rows, width]. */
  async project(layer: number, x: Float32Array, { q, k, v }: Projections): Promise<void> {
    const { project } = this.#blocks[layer]!;
    if (project.length === 1) return await project[0]!.run([x], [q!, k!, v!]);
    if (q !== undefined) await project[0]!.run([x], [q]);
    if (k !== undefined) await project[1]!.run([x], [k, v!]);
  }

  /** Computes the heads' outputs. `z`: where to write the heads' outputs side by side, [computed positions, width]. */
  async attend(
    batch: AttentionBatch,
    { q, k, v }: Required<Projections>,
    z: Float32Array,
  ): Promise<void> {
    const { size, queries, keys } = batch;
    const { heads, width } = this.shape;
    const matrix = (data: Float32Array) => floats(data, [data.length / width, width]);
    const ones = this.#ones.get(keys) ?? new Float32Array(keys * 2).fill(1);
    this.#ones.set(keys, ones);
    await this.attention.run(
      new Map([
        ["q", matrix(q)],
        ["k", matrix(k)],
        ["v", matrix(v)],
        ["query_rows", indices(batch.queryRows, [queries, size])],
        ["key_rows", indices(batch.keyRows, [keys, size])],
        ["seen", floats(batch.seen, [size, 1, queries, keys])],
        ["hidden", floats(batch.hidden, [size, 1, queries, keys])],
        ["results", indices(batch.results, [batch.results.length / heads, heads])],
        ["ones", floats(ones, [keys, 2])],
      ]),
      new Map([["z", floats(z, [batch.results.length / heads, heads, width / heads])]]),
    );
  }

  /** Computes the stream between attention and MLP, [rows, width], from that before the block and the heads' outputs side by side. */
  async addAttention(
    layer: number,
    x: Float32Array,
    z: Float32Array,
    into: Float32Array,
  ): Promise<void> {
    await this.#blocks[layer]!.complete[0]!.run([x, z], [into]);
  }

  /** Computes the stream after a block from that between its attention and MLP, [rows, width], into other memory. */
  async addMlp(layer: number, mid: Float32Array, into: Float32Array): Promise<void> {
    await this.#blocks[layer]!.complete[1]!.run([mid], [into]);
  }

  async release(): Promise<void> {
    const sessions = this.#blocks.flatMap(({ project, complete }) => [...project, ...complete]);
    await Promise.all([...sessions, this.attention].map((session) => session.release()));
  }
}

function floats(data: Float32Array, dims: readonly number[]): OnnxValue {
  return { type: "float32", data, dims };
}

function indices(data: Int32Array, dims: readonly number[]): OnnxValue {
  return { type: "int32", data, dims };
}

/** The most rows that run together: enough that reading the weights costs little compared with using them. */
const ROWS_AT_ONCE = 512;

/** A value of a subgraph, and whether its rows form a matrix rather than a batch of one sequence. */
type RowValue = { readonly name: string; readonly flat: boolean };

interface RowSession {
  run(inputs: readonly Float32Array[], outputs: readonly Float32Array[]): Promise<void>;
  release(): Promise<void>;
}

/** Loads a subgraph and finds the shape of its outputs by running two rows. */
export async function loadRowSession(
  { bytes, source, inputs: names, outputs: made, flat }: RowModel,
  { width, threads, runtime }: Readonly<{ width: number; threads: number; runtime: Runtime }>,
): Promise<RowSession> {
  const session = await runtime.create(bytes, source, { threads });
  const valueOf = (data: Float32Array, { flat }: RowValue): OnnxValue => {
    const rows = data.length / width;
    return { type: "float32", data, dims: flat ? [rows, width] : [1, rows, width] };
  };
  const inputs = names.map((name, i) => ({ name, flat: flat[i]! }));
  const outputs: RowValue[] = [];
  try {
    const two = new Float32Array(2 * width);
    const results = await session.run(
      new Map(inputs.map((input) => [input.name, valueOf(two, input)])),
    );
    for (const name of made) {
      const { dims } = results.get(name)!;
      const output = { name, flat: dims.length === 2 };
      if (`${dims}` !== `${valueOf(two, output).dims}`) throw rowsInseparable(source);
      outputs.push(output);
    }
  } catch (error) {
    await session.release();
    const stopped = error instanceof NegscopeError && error.code === "session-run-failed";
    throw stopped ? rowsInseparable(source, error) : error;
  }
  const run = async (from: readonly Float32Array[], into: readonly Float32Array[]) => {
    const rows = from[0]!.length / width;
    const parts = Math.ceil(rows / ROWS_AT_ONCE);
    for (let part = 0; part < parts; part++) {
      const [first, end] = [part, part + 1].map((at) => Math.floor(rows * at / parts) * width);
      const slices = (values: readonly RowValue[], data: readonly Float32Array[]) =>
        new Map(
          values.map((value, i) => [value.name, valueOf(data[i]!.subarray(first, end), value)]),
        );
      await session.run(slices(inputs, from), slices(outputs, into));
    }
  };
  return { run, release: () => session.release() };
}
