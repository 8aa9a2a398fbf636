/** A stream runs the blocks of a tower, one group at a time: in the thread that opened it, or in its own. */

import type { Runtime, RuntimeThread } from "../../onnx/runtime/runtime.ts";
import type { BlockModels, RowModel } from "../rows/row_subgraphs.ts";
import { NO_COSTS, type RowCosts, RowTower, type RowTowerOptions } from "../rows/row_tower.ts";
import { towerReleased } from "../tower_check.ts";
import { type GroupMade, type GroupWork, runGroup } from "../waves/group_run.ts";
import { RowMemory } from "../waves/row_values.ts";

/** A tower's blocks, row by row, in any thread. It takes one call at a time. */
export interface RowStream {
  readonly costs: RowCosts;
  add(models: BlockModels): Promise<void>;
  run(work: GroupWork): Promise<GroupMade>;
  release(): Promise<void>;
}

export async function openStream(shape: RowTowerOptions, runtime: Runtime): Promise<RowStream> {
  const rows = await RowTower.open(shape, runtime);
  const memory = new RowMemory();
  return {
    get costs() {
      return rows.costs;
    },
    add: (models) => rows.add(models),
    run: (work) => runGroup(rows, work, memory),
    release: () => rows.release(),
  };
}

export type StreamRequest =
  | { readonly kind: "add"; readonly models: BlockModels }
  | { readonly kind: "run"; readonly work: GroupWork };

export interface StreamReply {
  readonly costs: RowCosts;
  readonly made?: GroupMade;
}

/** Starts a stream whose sessions are in another thread; the first call reports any error of the start. */
export function threadStream(
  shape: RowTowerOptions,
  startStream: NonNullable<Runtime["startStream"]>,
): RowStream {
  const thread: RuntimeThread<StreamRequest, StreamReply> = startStream(
    shape,
    () => towerReleased("text"),
  );
  let costs = NO_COSTS;
  const ask = async (request: StreamRequest, handedOver: readonly ArrayBuffer[] = []) => {
    const reply = await thread.ask(request, handedOver);
    costs = reply.costs;
    return reply;
  };
  return {
    get costs() {
      return costs;
    },
    add: async ({ project, complete }) => {
      const copy = (model: RowModel) => ({ ...model, bytes: model.bytes.slice() });
      const models = { project: project.map(copy), complete: complete.map(copy) };
      const bytes = [...models.project, ...models.complete].map(({ bytes }) => bytes.buffer);
      await ask({ kind: "add", models }, bytes);
    },
    run: async (work) => (await ask({ kind: "run", work })).made!,
    release: () => thread.release(),
  };
}
