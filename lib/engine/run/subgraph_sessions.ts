/** The sessions of a tower's subgraphs, each loaded once and fed with everything that it reads. */

import { TensorProto_DataType } from "onnx-buf";
import { NegscopeError } from "../../errors.ts";
import { encodeSubgraph, type Subgraph } from "../../onnx/rewrite/cut.ts";
import { elementType } from "../../onnx/graph/element_type.ts";
import { freeMemory } from "../../onnx/runtime/free_memory.ts";
import type { Graph } from "../../onnx/graph/graph.ts";
import type { Runtime } from "../../onnx/runtime/runtime.ts";
import type { OnnxValue, Session } from "../../onnx/runtime/session.ts";

export interface RunSize {
  readonly rows: number;
  readonly positions: number;
}

export class SubgraphSessions {
  readonly #threads: number;
  readonly #runtime: Runtime;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #sideInputs = new Map<string, { readonly wide: boolean; readonly source: string }>();

  constructor({ threads, runtime }: { readonly threads: number; readonly runtime: Runtime }) {
    this.#threads = threads;
    this.#runtime = runtime;
  }

  async load(graph: Graph, subgraphs: readonly Subgraph[]): Promise<void> {
    for (const name of graph.inputs.keys()) {
      const wide = elementType(graph, name) !== TensorProto_DataType.INT32;
      this.#sideInputs.set(name, { wide, source: graph.source });
    }
    for (const subgraph of subgraphs) {
      const key = keyOf(subgraph);
      const session = this.#sessions.get(key) ?? this.#create(graph, subgraph);
      this.#sessions.set(key, session);
      try {
        await session; // one at a time: encoding holds a second copy of the subgraph's weights
      } catch (error) {
        this.#sessions.delete(key); // there is nothing to release
        throw error;
      }
    }
  }

  async run(
    subgraph: Subgraph,
    known: ReadonlyMap<string, OnnxValue>,
    size: RunSize,
  ): Promise<Map<string, OnnxValue>> {
    const session = await this.#sessions.get(keyOf(subgraph))!;
    const feeds = subgraph.inputs.map((name) =>
      [name, known.get(name) ?? this.#sideInput(name, size)] as const
    );
    return await session.run(new Map(feeds));
  }

  async release(): Promise<void> {
    const sessions = await Promise.all(this.#sessions.values());
    this.#sessions.clear();
    await Promise.all(sessions.map((session) => session.release()));
  }

  async #create(graph: Graph, subgraph: Subgraph): Promise<Session> {
    const bytes = encodeSubgraph(graph, subgraph);
    try {
      return await this.#runtime.create(bytes, graph.source, { threads: this.#threads });
    } finally {
      freeMemory(bytes);
    }
  }

  /** An input other than the data: the positions, or a mask of ones, since rows of one length are never padded. */
  #sideInput(name: string, { rows, positions }: RunSize): OnnxValue {
    const { wide, source } = this.#sideInputs.get(name)!;
    if (name !== "attention_mask" && name !== "position_ids") {
      throw new NegscopeError("onnx-unsupported", {
        problem: `Cannot feed input "${name}" of "${source}"`,
        expected: "input_ids, attention_mask, position_ids or pixel_values",
        fix: "export the plain CLIP towers",
      });
    }
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

function keyOf(subgraph: Subgraph): string {
  return JSON.stringify([subgraph.inputs, subgraph.outputs]); // names may hold any character
}
