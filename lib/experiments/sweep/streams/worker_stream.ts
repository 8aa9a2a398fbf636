/** A stream in its own thread. */

import { towerReleased } from "../../../engine/tower_released.ts";
import type { BlockModels, RowModel } from "../../../engine/rows/row_subgraphs.ts";
import type { RowTimes, RowTowerOptions } from "../../../engine/rows/row_tower.ts";
import type { Runtime, RuntimeThread } from "../../../onnx/runtime/runtime.ts";
import type { BlockWork, SweepStream } from "./stream.ts";

/** A request to the thread. */
export type StreamRequest =
  | { readonly kind: "add"; readonly models: BlockModels }
  | { readonly kind: "run"; readonly work: BlockWork };

/** The thread's answer. */
export interface StreamReply {
  readonly times: RowTimes;
  readonly after?: Float32Array<ArrayBuffer>;
}

/** A stream whose sessions are in another thread. */
export class WorkerStream implements SweepStream {
  #times: RowTimes = { project: 0, attend: 0, complete: 0 };
  readonly #thread: RuntimeThread<StreamRequest, StreamReply>;

  /**
   * Starts the thread; the first call reports any error of the start.
   *
   * @param shape The tower's sizes, and the number of threads inside an operator.
   * @param startStream Starts the thread.
   * @throws {NegscopeError} If the program is not allowed to start threads.
   */
  constructor(shape: RowTowerOptions, startStream: NonNullable<Runtime["startStream"]>) {
    this.#thread = startStream(shape, () => towerReleased("text"));
  }

  get times(): RowTimes {
    return this.#times;
  }

  async add({ project, complete }: BlockModels): Promise<void> {
    const copy = (model: RowModel) => ({ ...model, bytes: model.bytes.slice() });
    const models = { project: project.map(copy), complete: complete.map(copy) };
    const handedOver = [...models.project, ...models.complete].map(({ bytes }) => bytes.buffer);
    await this.#ask({ kind: "add", models }, handedOver);
  }

  async run(work: BlockWork): Promise<Float32Array<ArrayBuffer>> {
    const { after } = await this.#ask({ kind: "run", work });
    return after!;
  }

  async release(): Promise<void> {
    await this.#thread.release();
  }

  async #ask(request: StreamRequest, handedOver: readonly ArrayBuffer[] = []) {
    const reply = await this.#thread.ask(request, handedOver);
    this.#times = reply.times;
    return reply;
  }
}
