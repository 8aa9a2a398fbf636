/** A tower cut so that rows of any sequences go through a block together: only attention tells which rows belong to one another. */

import { rowsInseparable } from "../errors.ts";
import type { Graph } from "../onnx/graph.ts";
import { encodePiece } from "../onnx/cut.ts";
import { type OnnxValue, Session } from "../onnx/session.ts";
import type { AttentionBatch } from "./attention_batch.ts";
import { attentionGraph } from "./attention_graph.ts";
import type { BlockValues } from "./blocks.ts";
import { cutRowPieces, type RowPiece } from "./row_pieces.ts";

/** Queries, keys and values of all heads side by side, each [rows, width]. */
export interface Projections {
  readonly q?: Float32Array;
  readonly k?: Float32Array;
  readonly v?: Float32Array;
}

/** Milliseconds spent in each part of the blocks. */
export interface RowTimes {
  project: number;
  attend: number;
  complete: number;
}

/** Sizes and threads. */
export interface RowTowerOptions {
  readonly width: number;
  readonly heads: number;
  readonly threads: number;
}

/** Rows that run together at the most: the full multiply rate, while a block's inner values stay in the cache. */
const ROWS_AT_ONCE = 192;

/** Sessions of row pieces and of the attention between them. All results are written into arrays of the caller. */
export class RowTower {
  /** Where the time went since the tower was loaded. */
  readonly times: RowTimes = { project: 0, attend: 0, complete: 0 };
  readonly #blocks: readonly {
    readonly project: readonly RowSession[];
    readonly complete: RowSession;
  }[];
  readonly #attention: Session;
  readonly #heads: number;
  readonly #headWidth: number;
  readonly #ones = new Map<number, Float32Array>();

  private constructor(
    blocks: readonly { project: readonly RowSession[]; complete: RowSession }[],
    attention: Session,
    { width, heads }: RowTowerOptions,
  ) {
    this.#blocks = blocks;
    this.#attention = attention;
    this.#heads = heads;
    this.#headWidth = width / heads;
  }

  /**
   * Cuts a tower and loads the pieces.
   *
   * @param graph The tower's graph.
   * @param blocks The values at its hook points.
   * @param options Sizes and threads.
   * @throws {TypeError} If the graph cannot be cut so.
   */
  static async load(
    graph: Graph,
    blocks: readonly BlockValues[],
    options: RowTowerOptions,
  ): Promise<RowTower> {
    const pieces = cutRowPieces(graph, blocks);
    if (pieces === undefined) throw rowsInseparable(graph.source);
    const opened: RowSession[] = [];
    const open = async (piece: RowPiece) => {
      const session = await RowSession.load(graph, piece, options);
      opened.push(session);
      return session;
    };
    const loaded = [];
    try {
      for (const { project, complete } of pieces) {
        const projections = [];
        for (const piece of project) projections.push(await open(piece)); // one at a time: encoding holds a second copy of the weights
        loaded.push({ project: projections, complete: await open(complete) });
      }
    } catch (error) {
      await Promise.all(opened.map((session) => session.release()));
      throw error;
    }
    const { width, heads, threads } = options;
    const bytes = attentionGraph(width / heads);
    const attention = await Session.create(bytes, "the attention of rows", { threads });
    return new RowTower(loaded, attention, options);
  }

  /**
   * Computes queries, keys and values, unscaled as the hook points have them.
   *
   * @param layer The block, from 0.
   * @param x The residual stream before the block, [rows, width].
   * @param into Where to write; in the last block keys and values are computed without queries where `q` is absent, and the reverse.
   */
  async project(layer: number, x: Float32Array, { q, k, v }: Projections): Promise<void> {
    using _ = this.#timed("project");
    const { project } = this.#blocks[layer]!;
    if (project.length === 1) return await project[0]!.run([x], [q!, k!, v!]);
    if (q !== undefined) await project[0]!.run([x], [q]);
    if (k !== undefined) await project[1]!.run([x], [k, v!]);
  }

  /**
   * Attends.
   *
   * @param batch Who attends to what.
   * @param projections Queries, keys and values.
   * @param z Where to write the heads' outputs side by side, [computed positions, width].
   */
  async attend(
    batch: AttentionBatch,
    { q, k, v }: Required<Projections>,
    z: Float32Array,
  ): Promise<void> {
    using _ = this.#timed("attend");
    const { size, queries, keys } = batch;
    const [heads, width] = [this.#heads, this.#headWidth];
    const matrix = (data: Float32Array) => floats(data, [data.length / width, width]);
    const ones = this.#ones.get(keys) ?? new Float32Array(keys * 2).fill(1);
    this.#ones.set(keys, ones);
    await this.#attention.run(
      new Map([
        ["q", matrix(q)],
        ["k", matrix(k)],
        ["v", matrix(v)],
        ["query_rows", indices(batch.queryRows, [size, heads, queries])],
        ["key_rows", indices(batch.keyRows, [size, heads, keys])],
        ["seen", floats(batch.seen, [size, 1, queries, keys])],
        ["hidden", floats(batch.hidden, [size, 1, queries, keys])],
        ["results", indices(batch.results, [batch.results.length / heads, heads])],
        ["ones", floats(ones, [keys, 2])],
      ]),
      new Map([["z", floats(z, [batch.results.length / heads, heads, width])]]),
    );
  }

  /**
   * Computes the residual stream after a block.
   *
   * @param layer The block, from 0.
   * @param x The residual stream before it, [rows, width].
   * @param z The heads' outputs side by side, [rows, width].
   * @param into Where to write, [rows, width]; none of the two above.
   */
  async complete(
    layer: number,
    x: Float32Array,
    z: Float32Array,
    into: Float32Array,
  ): Promise<void> {
    using _ = this.#timed("complete");
    await this.#blocks[layer]!.complete.run([x, z], [into]);
  }

  /** Frees all sessions. */
  async release(): Promise<void> {
    const sessions = this.#blocks.flatMap(({ project, complete }) => [...project, complete]);
    await Promise.all([...sessions, this.#attention].map((session) => session.release()));
  }

  /** Counts the time until it is disposed of. */
  #timed(part: keyof RowTimes): Disposable {
    const start = performance.now();
    return { [Symbol.dispose]: () => void (this.times[part] += performance.now() - start) };
  }
}

/** A piece that treats every row alone, with rows as a batch of one sequence. */
class RowSession {
  readonly #session: Session;
  readonly #piece: RowPiece;
  readonly #width: number;
  /** For each output whether its rows form a matrix. */
  readonly #flat: readonly boolean[];

  private constructor(session: Session, piece: RowPiece, shape: {
    readonly width: number;
    readonly flat: readonly boolean[];
  }) {
    this.#session = session;
    this.#piece = piece;
    this.#width = shape.width;
    this.#flat = shape.flat;
  }

  /** Loads a piece and finds the shape of its outputs by a run of two rows. */
  static async load(
    graph: Graph,
    piece: RowPiece,
    { width, threads }: RowTowerOptions,
  ): Promise<RowSession> {
    const session = await Session.create(encodePiece(graph, piece), graph.source, { threads });
    const rows = 2;
    const zeros = new Float32Array(rows * width);
    const feeds = piece.inputs.map((name, i) =>
      [name, floats(zeros, rowDims(rows, width, piece.flat[i]!))] as const
    );
    try {
      const made = await session.run(new Map(feeds));
      const dims = piece.outputs.map((name) => made.get(name)!.dims);
      const flat = dims.map(({ length }) => length === 2);
      const asRows = dims.every((sizes, i) => `${sizes}` === `${rowDims(rows, width, flat[i]!)}`);
      if (!asRows) throw rowsInseparable(graph.source);
      return new RowSession(session, piece, { width, flat });
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** Runs all rows, as many at once as pays, in parts of nearly one size. */
  async run(inputs: readonly Float32Array[], outputs: readonly Float32Array[]): Promise<void> {
    const width = this.#width;
    const rows = inputs[0]!.length / width;
    const parts = Math.ceil(rows / ROWS_AT_ONCE);
    for (let part = 0; part < parts; part++) {
      const from = Math.floor(rows * part / parts);
      const to = Math.floor(rows * (part + 1) / parts);
      const slice = (name: string, data: Float32Array, flat: boolean) =>
        [
          name,
          floats(data.subarray(from * width, to * width), rowDims(to - from, width, flat)),
        ] as const;
      await this.#session.run(
        new Map(
          inputs.map((data, i) => slice(this.#piece.inputs[i]!, data, this.#piece.flat[i]!)),
        ),
        new Map(outputs.map((data, i) => slice(this.#piece.outputs[i]!, data, this.#flat[i]!))),
      );
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function rowDims(rows: number, width: number, flat: boolean): number[] {
  return flat ? [rows, width] : [1, rows, width];
}

function floats(data: Float32Array, dims: readonly number[]): OnnxValue {
  return { type: "float32", data, dims };
}

function indices(data: Int32Array, dims: readonly number[]): OnnxValue {
  return { type: "int32", data, dims };
}
