/** Runs a subgraph that treats each row separately on any number of rows. */

import { NegscopeError } from "../../errors.ts";
import type { Runtime } from "../../onnx/runtime/runtime.ts";
import type { OnnxValue } from "../../onnx/runtime/session.ts";
import { type RowModel, rowsInseparable } from "./row_subgraphs.ts";

/** The most rows that run together: enough that reading the weights costs little compared with using them. */
const ROWS_AT_ONCE = 512;

/** A value of a subgraph, and whether its rows form a matrix rather than a batch of one sequence. */
interface RowValue {
  readonly name: string;
  readonly flat: boolean;
}

export interface RowSession {
  run(inputs: readonly Float32Array[], outputs: readonly Float32Array[]): Promise<void>;
  release(): Promise<void>;
}

/** Loads a subgraph and finds the shape of its outputs by running two rows. */
export async function loadRowSession(
  { bytes, source, inputs: names, outputs: made, flat }: RowModel,
  { width, threads, runtime }: {
    readonly width: number;
    readonly threads: number;
    readonly runtime: Runtime;
  },
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
