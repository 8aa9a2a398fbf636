/** A stream runs the blocks of a tower, one group at a time, in the thread that opened it. */

import type { Runtime } from "../../onnx/runtime/runtime.ts";
import type { BlockModels } from "../rows/row_subgraphs.ts";
import { type RowCosts, RowTower, type RowTowerOptions } from "../rows/row_tower.ts";
import { type GroupMade, type GroupWork, runGroup } from "../waves/group_run.ts";
import { RowMemory } from "../waves/row_values.ts";

/** A tower's blocks, row by row, in any thread. It takes one call at a time. */
export interface RowStream {
  readonly costs: RowCosts;
  add(models: BlockModels): Promise<void>;
  run(work: GroupWork): Promise<GroupMade>;
  release(): Promise<void>;
}

export class OwnStream implements RowStream {
  readonly #rows: RowTower;
  readonly #memory = new RowMemory();

  private constructor(rows: RowTower) {
    this.#rows = rows;
  }

  static async open(shape: RowTowerOptions, runtime: Runtime): Promise<OwnStream> {
    return new OwnStream(await RowTower.open(shape, runtime));
  }

  get costs(): RowCosts {
    return this.#rows.costs;
  }

  async add(models: BlockModels): Promise<void> {
    await this.#rows.add(models);
  }

  async run(work: GroupWork): Promise<GroupMade> {
    return await runGroup(this.#rows, work, this.#memory);
  }

  async release(): Promise<void> {
    await this.#rows.release();
  }
}
