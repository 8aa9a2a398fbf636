/** A stream in a thread of its own. */

import { MessageChannel, type MessagePort, Worker } from "node:worker_threads"; // unlike the web's, they let a program end that frees nothing
import type { BlockModels, RowModel } from "../../clip/row_pieces.ts";
import type { RowTimes, RowTowerOptions } from "../../clip/row_tower.ts";
import { threadStopped, towerReleased } from "../../errors.ts";
import type { BlockWork, SweepStream } from "./stream.ts";

/** What the thread starts with. */
export interface Opening {
  readonly shape: RowTowerOptions;
  /** Where it is asked. */
  readonly port: MessagePort;
}

/** What the thread is asked to do. */
export type Request =
  | { readonly kind: "add"; readonly models: BlockModels }
  | { readonly kind: "run"; readonly work: BlockWork };

/** What the thread answers. */
export interface Reply {
  readonly error?: unknown;
  readonly times?: RowTimes;
  readonly after?: Float32Array<ArrayBuffer>;
}

/** A stream whose sessions another thread has. */
export class WorkerStream implements SweepStream {
  #times: RowTimes = { project: 0, attend: 0, complete: 0 };
  readonly #worker: Worker;
  readonly #port: MessagePort; // the worker's own takes seconds for large arrays
  readonly #ended = Promise.withResolvers<never>();

  /**
   * Starts the thread; what goes wrong with it is told by the first call.
   *
   * @param shape Sizes, and the threads inside an operator.
   * @throws {Error} If the program must not start threads.
   */
  constructor(shape: RowTowerOptions) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    try {
      this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
        workerData: { shape, port: port2 } satisfies Opening,
        transferList: [port2],
      });
    } catch (error) {
      port1.close();
      throw threadStopped(error);
    }
    this.#worker.on("error", (cause) => this.#ended.reject(threadStopped(cause)));
    this.#ended.promise.catch(() => undefined); // told by the calls
    this.#worker.unref();
    port1.start();
    port1.unref();
  }

  get times(): RowTimes {
    return this.#times;
  }

  async add({ project, complete }: BlockModels): Promise<void> {
    const copy = (model: RowModel) => ({ ...model, bytes: model.bytes.slice() });
    const models = { project: project.map(copy), complete: copy(complete) };
    const handedOver = [...models.project, models.complete].map(({ bytes }) => bytes.buffer);
    await this.#ask({ kind: "add", models }, handedOver); // cloning them would take seconds
  }

  async run(work: BlockWork): Promise<Float32Array<ArrayBuffer>> {
    const { after } = await this.#ask({ kind: "run", work });
    return after!;
  }

  async release(): Promise<void> {
    this.#ended.reject(towerReleased("text"));
    this.#port.close();
    await this.#worker.terminate();
  }

  /** Waits for the answer, and keeps the program alive as long. */
  async #ask(request: Request, handedOver: ArrayBuffer[] = []): Promise<Reply> {
    const port = this.#port;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const answered = (event: Event) => resolve((event as MessageEvent<Reply>).data);
    port.addEventListener("message", answered); // on() and once() take seconds for large arrays
    port.ref();
    try {
      port.postMessage(request, handedOver);
      const reply = await Promise.race([promise, this.#ended.promise]);
      if (reply.error !== undefined) throw reply.error;
      this.#times = reply.times!;
      return reply;
    } finally {
      port.unref();
      port.removeEventListener("message", answered);
    }
  }
}
