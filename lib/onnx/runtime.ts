/** What runs graphs: runtimes, by ONNX Runtime whichever of its packages, their sessions and values. */

import { firstLine, NegscopeError } from "../errors/errors.ts";

/** What can compute: the processor, or by WebGPU, CUDA, Core ML or DirectML a graphics card or another accelerator. */
export const DEVICES = ["cpu", "webgpu", "cuda", "coreml", "dml"] as const;

/** What computes. */
export type Device = typeof DEVICES[number];

/** How a session computes. */
export interface SessionOptions {
  /** Threads inside an operator. @default {1} */
  readonly threads?: number;
}

/** A thread that works for this one. */
export interface RuntimeThread<Request, Reply> {
  /** Sends a request of plain data. `handedOver`: its buffers that this thread no longer needs. */
  ask(request: Request, handedOver?: readonly ArrayBuffer[]): Promise<Reply>;
  /** Ends the thread. */
  release(): Promise<void>;
}

/** An ONNX runtime on one device. */
export interface Runtime {
  /** The name of its package, e.g. `onnxruntime-node`. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** What it computes on. */
  readonly device: Device;
  /**
   * Loads a model. Its results do not depend on what else runs: the graph is executed as it stands, unoptimised. `source`: the name of the
   * file it was cut from, for messages.
   */
  create(bytes: Uint8Array, source: string, options?: SessionOptions): Promise<Session>;
  /**
   * Starts a thread that runs the blocks of a sweep in the same runtime, with plain data; `released` makes the error for requests to a
   * released thread. Absent where there is only the program's own thread, as in a web page; a sweep then runs in it.
   */
  readonly startStream?: <Request, Reply>(
    start: object,
    released: () => Error,
  ) => RuntimeThread<Request, Reply>;
}

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

export function isReadable(type: string): type is OnnxValue["type"] {
  return Object.hasOwn(STORAGE, type);
}

export function zeros(type: OnnxValue["type"], dims: readonly number[]): OnnxValue {
  const size = dims.reduce((product, length) => product * length, 1);
  return { type, dims, data: new STORAGE[type](size) } as OnnxValue;
}

/** A loaded model. */
export interface Session {
  /** Runs the model once, with a value for each input, and returns a value for each output; or writes those of `into` in place and returns them. */
  run(
    feeds: ReadonlyMap<string, OnnxValue>,
    into?: ReadonlyMap<string, OnnxValue>,
  ): Promise<Map<string, OnnxValue>>;
  /** Frees the model's memory. A released session cannot run. */
  release(): Promise<void>;
}

/** Empties an array at once: the collector may leave hundreds of megabytes, and does not count memory transferred from another thread. */
export function freeMemory({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0); // shared memory stays
}

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
      return loadedModel(ort, session, { source, writesInPlace });
    },
  };
}

function loadedModel(
  { Tensor }: OrtModule,
  session: OrtSession,
  { source, writesInPlace }: { readonly source: string; readonly writesInPlace: boolean },
): Session {
  const tensors = (values: ReadonlyMap<string, OnnxValue>): OrtTensors =>
    Object.fromEntries(
      [...values].map(([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)]),
    );
  const run = async (feeds: ReadonlyMap<string, OnnxValue>, into: ReadonlyMap<string, OnnxValue>) =>
    writesInPlace && into.size > 0
      ? await session.run(tensors(feeds), tensors(into))
      : await session.run(tensors(feeds));
  const valueOf = (name: string, { type, data, dims }: OrtTensor): OnnxValue => {
    if (isReadable(type)) return { type, data, dims } as OnnxValue;
    throw new NegscopeError("onnx-type-unknown", {
      problem: `Cannot use value "${name}" of "${source}"`,
      reason: `it is of type ${type}`,
      expected: "float32, int64, int32 or bool",
      fix: "export the plain CLIP towers",
    });
  };
  return {
    async run(feeds, into = new Map()) {
      const made = await run(feeds, into).catch((error: unknown) => {
        throw new NegscopeError("session-run-failed", {
          problem: `Cannot run "${source}"`,
          reason: firstLine(error),
          fix: "check that the file and config.json belong together",
          cause: error,
        });
      });
      const results = new Map(
        Object.entries(made).map(([name, tensor]) => [name, valueOf(name, tensor)]),
      );
      if (writesInPlace || into.size === 0) return results;
      for (const [name, { data }] of into) {
        (data as Float32Array).set(results.get(name)!.data as Float32Array); // or another type, the same for both
      }
      return new Map(into);
    },
    release: () => session.release(),
  };
}
