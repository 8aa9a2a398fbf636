/** What runs graphs: runtimes, their sessions and values, and memory that is freed as soon as it is no longer needed. */

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
