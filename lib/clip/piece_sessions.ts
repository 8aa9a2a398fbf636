/** The sessions of a tower's pieces, each loaded once and fed with all that it reads. */

import { TensorProto_DataType } from "onnx-buf";
import { inputUnknown } from "../errors.ts";
import { encodePiece, type Piece } from "../onnx/cut.ts";
import { elementType } from "../onnx/element_type.ts";
import { giveBack } from "../onnx/give_back.ts";
import type { Graph } from "../onnx/graph.ts";
import { type OnnxValue, Session } from "../onnx/session.ts";

/** The size of a run. */
export interface RunSize {
  readonly rows: number;
  readonly positions: number;
}

/** Sessions by piece. */
export class PieceSessions {
  readonly #threads: number;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #sideInputs = new Map<string, { readonly wide: boolean; readonly source: string }>();

  /** @param options Threads inside an operator. */
  constructor({ threads }: { readonly threads: number }) {
    this.#threads = threads;
  }

  /**
   * Loads the sessions of pieces that have none yet.
   *
   * @param graph The graph that they were cut from.
   * @param pieces The pieces.
   * @throws {TypeError} If the runtime refuses a piece.
   */
  async load(graph: Graph, pieces: readonly Piece[]): Promise<void> {
    for (const name of graph.inputs.keys()) {
      const wide = elementType(graph, name) !== TensorProto_DataType.INT32;
      this.#sideInputs.set(name, { wide, source: graph.source });
    }
    for (const piece of pieces) {
      const key = keyOf(piece);
      const session = this.#sessions.get(key) ?? this.#create(graph, piece);
      this.#sessions.set(key, session);
      try {
        await session; // one at a time: encoding holds a second copy of the piece's weights
      } catch (error) {
        this.#sessions.delete(key); // there is nothing to release
        throw error;
      }
    }
  }

  /**
   * Runs a piece.
   *
   * @param piece A loaded piece.
   * @param known Values by name; the inputs beside the data need not be among them.
   * @param size The number of rows and positions.
   * @returns The values that the piece makes.
   */
  async run(
    piece: Piece,
    known: ReadonlyMap<string, OnnxValue>,
    size: RunSize,
  ): Promise<Map<string, OnnxValue>> {
    const session = await this.#sessions.get(keyOf(piece))!;
    const feeds = piece.inputs.map((name) =>
      [name, known.get(name) ?? this.#sideInput(name, size)] as const
    );
    return await session.run(new Map(feeds));
  }

  /** Frees all sessions. */
  async release(): Promise<void> {
    const sessions = await Promise.all(this.#sessions.values());
    this.#sessions.clear();
    await Promise.all(sessions.map((session) => session.release()));
  }

  async #create(graph: Graph, piece: Piece): Promise<Session> {
    const bytes = encodePiece(graph, piece);
    try {
      return await Session.create(bytes, graph.source, { threads: this.#threads });
    } finally {
      giveBack(bytes);
    }
  }

  /** An input beside the data: a mask of ones, since rows of one length are never padded, or the positions. */
  #sideInput(name: string, { rows, positions }: RunSize): OnnxValue {
    const { wide, source } = this.#sideInputs.get(name)!;
    if (name !== "attention_mask" && name !== "position_ids") throw inputUnknown(source, name);
    const values = Array.from(
      { length: rows * positions },
      (_, i) => name === "attention_mask" ? 1 : i % positions,
    );
    const dims = [rows, positions];
    return wide
      ? { type: "int64", dims, data: BigInt64Array.from(values, BigInt) }
      : { type: "int32", dims, data: Int32Array.from(values) };
  }
}

function keyOf(piece: Piece): string {
  return `${piece.inputs.join()}>${piece.outputs.join()}`;
}
