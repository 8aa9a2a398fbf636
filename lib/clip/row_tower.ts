/** A tower cut so that rows of any sequences go through a block together: only attention tells which rows belong to one another. */

import { rowsInseparable } from "../errors.ts";
import type { Graph } from "../onnx/graph.ts";
import { type OnnxValue, Session } from "../onnx/session.ts";
import type { AttentionBatch } from "./attention_batch.ts";
import { attentionGraph } from "./attention_graph.ts";
import type { BlockValues } from "./blocks.ts";
import type { RowEnds } from "./row_ends.ts";
import { RowSession } from "./row_session.ts";
import type { TowerShape } from "./tower_shape.ts";
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
  readonly shape: TowerShape;
  readonly threads: number;
  readonly ends: RowEnds;
}

/** Sessions of row pieces and of the attention between them. All results are written into arrays of the caller. */
export class RowTower {
  /** Where the time went since the tower was loaded. */
  readonly times: RowTimes = { project: 0, attend: 0, complete: 0 };
  /** The tower's sizes. */
  readonly shape: TowerShape;
  /** What comes before the first block and after the last. */
  readonly ends: RowEnds;
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
    { shape, ends }: RowTowerOptions,
  ) {
    this.shape = shape;
    this.ends = ends;
    this.#blocks = blocks;
    this.#attention = attention;
    this.#heads = shape.heads;
    this.#headWidth = shape.width / shape.heads;
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
      const session = await RowSession.load(graph, piece, {
        width: options.shape.width,
        threads: options.threads,
      });
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
    const { shape: { width, heads }, threads } = options;
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

function floats(data: Float32Array, dims: readonly number[]): OnnxValue {
  return { type: "float32", data, dims };
}

function indices(data: Int32Array, dims: readonly number[]): OnnxValue {
  return { type: "int32", data, dims };
}
