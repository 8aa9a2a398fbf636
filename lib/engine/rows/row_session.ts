/** Runs a subgraph that treats each row separately on any number of rows. */

import { NegscopeError } from "../../errors.ts";
import type { Runtime } from "../../onnx/runtime/runtime.ts";
import type { OnnxValue, Session } from "../../onnx/runtime/session.ts";
import { type RowModel, rowsInseparable } from "./row_subgraphs.ts";

/** The most rows that run together: enough that reading the weights costs little compared with using them. */
const ROWS_AT_ONCE = 512;

/** A subgraph that treats each row separately; the rows are fed as a batch of one sequence. */
export class RowSession {
  readonly #session: Session;
  readonly #model: Omit<RowModel, "bytes">;
  readonly #width: number;
  /** For each output, whether its rows form a matrix. */
  readonly #flat: readonly boolean[];

  private constructor(session: Session, model: Omit<RowModel, "bytes">, shape: {
    readonly width: number;
    readonly flat: readonly boolean[];
  }) {
    this.#session = session;
    this.#model = model;
    this.#width = shape.width;
    this.#flat = shape.flat;
  }

  /** Loads a subgraph and finds the shape of its outputs by running two rows. */
  static async load(
    { bytes, ...model }: RowModel,
    { width, threads, runtime }: {
      readonly width: number;
      readonly threads: number;
      readonly runtime: Runtime;
    },
  ): Promise<RowSession> {
    const session = await runtime.create(bytes, model.source, { threads });
    const rows = 2;
    const zeros = new Float32Array(rows * width);
    const feeds = model.inputs.map((name, i) =>
      [name, floats(zeros, rowDims(rows, width, model.flat[i]!))] as const
    );
    try {
      const made = await session.run(new Map(feeds));
      const dims = model.outputs.map((name) => made.get(name)!.dims);
      const flat = dims.map(({ length }) => length === 2);
      const asRows = dims.every((sizes, i) => `${sizes}` === `${rowDims(rows, width, flat[i]!)}`);
      if (!asRows) throw rowsInseparable(model.source);
      return new RowSession(session, model, { width, flat });
    } catch (error) {
      await session.release();
      const stopped = error instanceof NegscopeError && error.code === "session-run-failed";
      throw stopped ? rowsInseparable(model.source, error) : error;
    }
  }

  /** Runs all rows, in parts of nearly equal size. */
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
          inputs.map((data, i) => slice(this.#model.inputs[i]!, data, this.#model.flat[i]!)),
        ),
        new Map(outputs.map((data, i) => slice(this.#model.outputs[i]!, data, this.#flat[i]!))),
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
