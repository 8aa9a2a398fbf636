/** ONNX Runtime, whichever of its packages, and the smallest model: one matrix product. */

import { TensorProto_DataType as Type } from "onnx-buf";
import { firstLine, NegscopeError } from "../errors/errors.ts";
import {
  type Device,
  isReadable,
  type OnnxValue,
  type Runtime,
  type Session,
  type SessionOptions,
} from "./runtime.ts";
import { GraphWriter, modelBytes } from "./build.ts";

/** A tensor of the runtime. */
export interface OrtTensor {
  /** The element type. */
  readonly type: string;
  /** The size of each axis. */
  readonly dims: readonly number[];
  /** The values. */
  readonly data: unknown;
}

/** A session of the runtime. */
export interface OrtSession {
  /** Runs the model. */
  run(feeds: OrtTensors): Promise<OrtTensors>;
  /** Runs the model, and writes outputs into tensors. */
  run(feeds: OrtTensors, fetches: OrtTensors): Promise<OrtTensors>;
  /** Frees its memory. */
  release(): Promise<void>;
}

/** Tensors by name, of a class that each package has for itself. */
// deno-lint-ignore no-explicit-any -- the packages do not share the class
export type OrtTensors = Readonly<Record<string, any>>;

/** The part of `onnxruntime-node` and `onnxruntime-web` that is used; either module as it is imported. */
export interface OrtModule {
  /** Loads models. */
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<OrtSession> };
  /** Makes tensors. */
  readonly Tensor: new (
    type: OnnxValue["type"],
    // deno-lint-ignore no-explicit-any -- one type of array for each type of element
    data: any,
    dims: readonly number[],
  ) => OrtTensor;
  /** Its settings and versions. */
  readonly env: {
    readonly versions: { readonly common: string; readonly node?: string; readonly web?: string };
  };
}

/** Which of the runtime's packages it is, and what it computes on. */
export interface OrtOptions {
  /** The name of the package. */
  readonly name: string;
  /** What it computes on. @default {"cpu"} */
  readonly device?: Device;
  /** The names of its execution providers, the preferred one first. @default {["cpu"]} */
  readonly providers?: readonly string[];
  /**
   * Whether it writes outputs into the arrays that it is given, as onnxruntime-node does; onnxruntime-web leaves these as they are, and
   * outputs are copied into them. @default {false}
   */
  readonly writesInPlace?: boolean;
  /** See {@linkcode Runtime.startStream}. @default {none} */
  readonly startStream?: Runtime["startStream"];
}

/**
 * A runtime from the module of one of ONNX Runtime's packages.
 *
 * @example
 * ```ts ignore
 * import * as ort from "onnxruntime-web/wasm";
 *
 * const runtime = ortRuntime(ort, { name: "onnxruntime-web", providers: ["wasm"] });
 * ```
 *
 * @param ort The module.
 * @param options Which package it is, and what it computes on.
 */
export function ortRuntime(
  ort: OrtModule,
  { name, device = "cpu", providers = ["cpu"], writesInPlace = false, startStream }: OrtOptions,
): Runtime {
  const { common, node, web } = ort.env.versions;
  return {
    name,
    device,
    version: node ?? web ?? common,
    ...(startStream && { startStream }),
    async create(bytes, source, { threads = 1 }: SessionOptions = {}) {
      const session = await ort.InferenceSession.create(bytes, {
        executionProviders: [...providers],
        graphOptimizationLevel: "disabled", // subgraphs are then bit-identical to the whole graph
        executionMode: "sequential",
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        enableCpuMemArena: false, // an arena per subgraph would keep the largest batch in memory once per block
        enableMemPattern: false,
        logSeverityLevel: 4,
        extra: { session: { "intra_op.allow_spinning": "0" } },
      }).catch((error: unknown) => {
        throw new NegscopeError("session-refused", {
          problem: `Cannot load "${source}" in ONNX Runtime`,
          reason: firstLine(error),
          cause: error,
        });
      });
      return new LoadedModel(ort, session, { source, writesInPlace });
    },
  };
}

class LoadedModel implements Session {
  constructor(
    private readonly ort: OrtModule,
    private readonly session: OrtSession,
    private readonly from: { readonly source: string; readonly writesInPlace: boolean },
  ) {}

  async run(
    feeds: ReadonlyMap<string, OnnxValue>,
    into: ReadonlyMap<string, OnnxValue> = new Map(),
  ): Promise<Map<string, OnnxValue>> {
    const made = await this.#run(feeds, into).catch((error: unknown) => {
      throw new NegscopeError("session-run-failed", {
        problem: `Cannot run "${this.from.source}"`,
        reason: firstLine(error),
        fix: "check that the file and config.json belong together",
        cause: error,
      });
    });
    const results = new Map(
      Object.entries(made).map(([name, tensor]) => [name, this.#value(name, tensor)]),
    );
    if (this.from.writesInPlace || into.size === 0) return results;
    for (const [name, { data }] of into) {
      (data as Float32Array).set(results.get(name)!.data as Float32Array); // or another type, the same for both
    }
    return new Map(into);
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  async #run(
    feeds: ReadonlyMap<string, OnnxValue>,
    into: ReadonlyMap<string, OnnxValue>,
  ): Promise<OrtTensors> {
    return this.from.writesInPlace && into.size > 0
      ? await this.session.run(this.#tensors(feeds), this.#tensors(into))
      : await this.session.run(this.#tensors(feeds));
  }

  #tensors(values: ReadonlyMap<string, OnnxValue>): OrtTensors {
    const { Tensor } = this.ort;
    return Object.fromEntries(
      [...values].map(([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)]),
    );
  }

  #value(name: string, { type, data, dims }: OrtTensor): OnnxValue {
    if (isReadable(type)) return { type, data, dims } as OnnxValue;
    throw new NegscopeError("onnx-type-unknown", {
      problem: `Cannot use value "${name}" of "${this.from.source}"`,
      reason: `it is of type ${type}`,
      expected: "float32, int64, int32 or bool",
      fix: "export the plain CLIP towers",
    });
  }
}

export function productModel(): Uint8Array {
  const matrix = (name: string) => ({ name, type: Type.FLOAT, axes: ["rows", "columns"] });
  const graph = new GraphWriter();
  graph.node("MatMul", ["a", "b"], "c");
  return modelBytes(
    graph.model("product", { inputs: [matrix("a"), matrix("b")], outputs: [matrix("c")] }),
  );
}
