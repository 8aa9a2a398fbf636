/** What runs ONNX models: a value that is handed to all code that opens one, so that this code imports no runtime. */

import type { Session } from "./session.ts";

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
  /**
   * Sends a request.
   *
   * @param request Plain data.
   * @param handedOver The request's buffers that this thread no longer needs.
   */
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
   * Loads a model. Its results do not depend on what else runs: the graph is executed as it stands, unoptimised.
   *
   * @param bytes The model.
   * @param source The name of the file it was cut from, for messages.
   * @param options How to compute.
   * @throws {NegscopeError} If the runtime refuses the model.
   */
  create(bytes: Uint8Array, source: string, options?: SessionOptions): Promise<Session>;
  /**
   * Starts a thread that runs the blocks of a sweep in the same runtime. Absent where there is only the program's own thread, as in a
   * web page; a sweep then runs in it.
   *
   * @param start Plain data that the thread starts with.
   * @param released Makes the error for requests to a released thread.
   * @throws {NegscopeError} If the program may not start threads.
   */
  readonly startStream?: <Request, Reply>(
    start: object,
    released: () => Error,
  ) => RuntimeThread<Request, Reply>;
}
