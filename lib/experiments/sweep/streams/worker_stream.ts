/** A stream in a thread of its own. */

import { towerReleased } from "../../../engine/tower_released.ts";
import type { BlockModels, RowModel } from "../../../engine/rows/row_subgraphs.ts";
import type { RowTimes, RowTowerOptions } from "../../../engine/rows/row_tower.ts";
import { Thread } from "../../../threads/thread.ts";
import type { BlockWork, SweepStream } from "./stream.ts";

/** What the thread is asked to do. */
export type StreamRequest =
  | { readonly kind: "add"; readonly models: BlockModels }
  | { readonly kind: "run"; readonly work: BlockWork };

/** What the thread answers. */
export interface StreamReply {
  readonly times: RowTimes;
  readonly after?: Float32Array<ArrayBuffer>;
}

/** A stream whose sessions another thread has. */
export class WorkerStream implements SweepStream {
  #times: RowTimes = { project: 0, attend: 0, complete: 0 };
  readonly #thread: Thread<RowTowerOptions, StreamRequest, StreamReply>;

  /**
   * Starts the thread; what goes wrong with it is reported by the first call.
   *
   * @param shape Sizes, and the threads inside an operator.
   * @throws {NegscopeError} If the program must not start threads.
   */
  constructor(shape: RowTowerOptions) {
    this.#thread = new Thread(new URL("./worker.ts", import.meta.url), {
      start: shape,
      released: () => towerReleased("text"),
    });
  }

  get times(): RowTimes {
    return this.#times;
  }

  async add({ project, complete }: BlockModels): Promise<void> {
    const copy = (model: RowModel) => ({ ...model, bytes: model.bytes.slice() });
    const models = { project: project.map(copy), complete: copy(complete) };
    const handedOver = [...models.project, models.complete].map(({ bytes }) => bytes.buffer);
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
