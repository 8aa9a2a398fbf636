/** Runs ONNX models. No other file imports the runtime. */

import * as ort from "onnxruntime-node";
import { firstLine, NegscopeError } from "../../errors.ts";

/** A value of one element type. */
export interface TypedValue<Type extends string, Data> {
  /** The element type as the runtime names it. */
  readonly type: Type;
  /** The size of each axis. */
  readonly dims: readonly number[];
  /** The values, last axis fastest. */
  readonly data: Data;
}

/** A value that goes into or comes out of a session. */
export type OnnxValue =
  | TypedValue<"float32", Float32Array>
  | TypedValue<"int64", BigInt64Array>
  | TypedValue<"int32", Int32Array>
  | TypedValue<"bool", Uint8Array>;

const STORAGE = {
  float32: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

/**
 * A value of zeros.
 *
 * @param type Its element type.
 * @param dims The size of each axis.
 */
export function zeros(type: OnnxValue["type"], dims: readonly number[]): OnnxValue {
  const size = dims.reduce((product, length) => product * length, 1);
  return { type, dims, data: new STORAGE[type](size) } as OnnxValue;
}

/** The version of the ONNX runtime in use. */
export const RUNTIME_VERSION: string = ort.env.versions.node ?? ort.env.versions.common;

/** How a session computes. */
export interface SessionOptions {
  /** Threads inside an operator. @default {1} */
  readonly threads?: number;
}

/** A loaded model. Its results do not depend on what else runs: the graph is executed as it stands, unoptimised. */
export class Session {
  readonly #session: ort.InferenceSession;
  readonly #source: string;

  private constructor(session: ort.InferenceSession, source: string) {
    this.#session = session;
    this.#source = source;
  }

  /**
   * Loads a model.
   *
   * @param bytes The model.
   * @param source The name of the file it was cut from, for messages.
   * @param options How to compute.
   * @throws {NegscopeError} If the runtime refuses the model.
   */
  static async create(
    bytes: Uint8Array,
    source: string,
    options: SessionOptions = {},
  ): Promise<Session> {
    try {
      const session = await ort.InferenceSession.create(bytes, {
        executionProviders: ["cpu"],
        graphOptimizationLevel: "disabled", // subgraphs are then bit-identical to the whole graph
        executionMode: "sequential",
        intraOpNumThreads: options.threads ?? 1,
        interOpNumThreads: 1,
        enableCpuMemArena: false, // an arena per subgraph would keep the largest batch in memory once per block
        enableMemPattern: false,
        logSeverityLevel: 4,
        extra: { session: { "intra_op.allow_spinning": "0" } },
      });
      return new Session(session, source);
    } catch (error) {
      throw new NegscopeError("session-refused", {
        problem: `Cannot load "${source}" in ONNX Runtime`,
        subject: source,
        reason: firstLine(error),
        cause: error,
      });
    }
  }

  /**
   * Runs the model once.
   *
   * @param feeds A value for each input.
   * @param into Outputs to write in place, without a copy; if empty, all outputs are computed.
   * @returns A value for each output, or for each of `into`.
   * @throws {NegscopeError} If the runtime fails on the values, or an output has a type that CLIP does not use.
   */
  async run(
    feeds: ReadonlyMap<string, OnnxValue>,
    into: ReadonlyMap<string, OnnxValue> = new Map(),
  ): Promise<Map<string, OnnxValue>> {
    const running = into.size === 0
      ? this.#session.run(toTensors(feeds))
      : this.#session.run(toTensors(feeds), toTensors(into));
    const results = await running.catch((error: unknown) => {
      throw new NegscopeError("session-run-failed", {
        problem: `Cannot run "${this.#source}"`,
        subject: this.#source,
        reason: firstLine(error),
        fix: "check that the file and config.json belong together",
        cause: error,
      });
    });
    return new Map(
      Object.entries(results).map(([name, { type, data, dims }]) => {
        if (!(type in STORAGE)) {
          throw new NegscopeError("onnx-value-type", {
            problem: `Cannot use value "${name}" of "${this.#source}"`,
            subject: name,
            reason: `it is of type ${type}`,
            expected: "float32, int64, int32 or bool",
            fix: "export the plain CLIP towers",
          });
        }
        return [name, { type, data, dims } as OnnxValue];
      }),
    );
  }

  /** Frees the model's memory. A released session cannot run. */
  async release(): Promise<void> {
    await this.#session.release();
  }
}

function toTensors(values: ReadonlyMap<string, OnnxValue>): Record<string, ort.Tensor> {
  return Object.fromEntries(
    [...values].map(([name, { type, data, dims }]) => [name, new ort.Tensor(type, data, dims)]),
  );
}
