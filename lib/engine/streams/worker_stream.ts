/** A stream in its own thread. */

import { towerReleased } from "../tower_check.ts";
import type { BlockModels, RowModel } from "../rows/row_subgraphs.ts";
import { NO_COSTS, type RowCosts, type RowTowerOptions } from "../rows/row_tower.ts";
import type { Runtime, RuntimeThread } from "../../onnx/runtime/runtime.ts";
import type { GroupMade, GroupWork } from "../waves/group_run.ts";
import type { RowStream } from "./stream.ts";

export type StreamRequest =
  | { readonly kind: "add"; readonly models: BlockModels }
  | { readonly kind: "run"; readonly work: GroupWork };

export interface StreamReply {
  readonly costs: RowCosts;
  readonly made?: GroupMade;
}

/** A stream whose sessions are in another thread. */
export class WorkerStream implements RowStream {
  #costs = NO_COSTS;
  readonly #thread: RuntimeThread<StreamRequest, StreamReply>;

  /** Starts the thread; the first call reports any error of the start. */
  constructor(shape: RowTowerOptions, startStream: NonNullable<Runtime["startStream"]>) {
    this.#thread = startStream(shape, () => towerReleased("text"));
  }

  get costs(): RowCosts {
    return this.#costs;
  }

  async add({ project, complete }: BlockModels): Promise<void> {
    const copy = (model: RowModel) => ({ ...model, bytes: model.bytes.slice() });
    const models = { project: project.map(copy), complete: complete.map(copy) };
    const handedOver = [...models.project, ...models.complete].map(({ bytes }) => bytes.buffer);
    await this.#ask({ kind: "add", models }, handedOver);
  }

  async run(work: GroupWork): Promise<GroupMade> {
    const { made } = await this.#ask({ kind: "run", work });
    return made!;
  }

  async release(): Promise<void> {
    await this.#thread.release();
  }

  async #ask(request: StreamRequest, handedOver: readonly ArrayBuffer[] = []) {
    const reply = await this.#thread.ask(request, handedOver);
    this.#costs = reply.costs;
    return reply;
  }
}
