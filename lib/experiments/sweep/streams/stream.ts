/** A stream runs the blocks of a sweep, one group at a time, in the thread that opened it. */

import type { BlockModels } from "../../../engine/rows/row_subgraphs.ts";
import { type RowTimes, RowTower, type RowTowerOptions } from "../../../engine/rows/row_tower.ts";
import type { Runtime } from "../../../onnx/runtime/runtime.ts";
import { GroupRun, type GroupWork, type SetStart } from "../fast/blocks.ts";
import { headStart, type HeadWork } from "../fast/head_start.ts";
import { knockoutStart, type KnockoutWork } from "../fast/knockout_start.ts";
import { patchStart } from "../fast/patch_start.ts";
import { type PathWork, runPaths } from "../paths/path_group.ts";
import { SwapArrays, SwapGroup, type SwapWork } from "../swap/swap_group.ts";

/** What a group of pairs asks of the blocks: plain data that can be sent to another thread. */
export type BlockWork =
  | { readonly kind: "patch" } & GroupWork
  | { readonly kind: "heads" } & HeadWork
  | { readonly kind: "knockout" } & KnockoutWork
  | { readonly kind: "swap" } & SwapWork
  | { readonly kind: "paths" } & PathWork;

/** A tower's blocks, row by row, in any thread. It takes one call at a time. */
export interface SweepStream {
  /** The time spent in each part of the blocks. */
  readonly times: RowTimes;
  /**
   * Loads the next block.
   *
   * @param models The pieces of the block.
   */
  add(models: BlockModels): Promise<void>;
  /**
   * Runs a group of pairs.
   *
   * @param work The group.
   * @returns Residual stream after the last block, [set, run, width]; of swapped nodes [run, width], of paths [path, pair, width].
   */
  run(work: BlockWork): Promise<Float32Array<ArrayBuffer>>;
  /** Frees its memory. */
  release(): Promise<void>;
}

/** A stream in the current thread. */
export class OwnStream implements SweepStream {
  readonly #rows: RowTower;
  readonly #arrays = new SwapArrays();

  private constructor(rows: RowTower) {
    this.#rows = rows;
  }

  /**
   * Opens a stream without blocks.
   *
   * @param shape The tower's sizes, and the number of threads inside an operator.
   * @param runtime What runs it.
   */
  static async open(shape: RowTowerOptions, runtime: Runtime): Promise<OwnStream> {
    return new OwnStream(await RowTower.open(shape, runtime));
  }

  get times(): RowTimes {
    return this.#rows.times;
  }

  async add(models: BlockModels): Promise<void> {
    await this.#rows.add(models);
  }

  async run(work: BlockWork): Promise<Float32Array<ArrayBuffer>> {
    if (work.kind === "swap") return await new SwapGroup(this.#rows, work, this.#arrays).run();
    if (work.kind === "paths") return await runPaths(this.#rows, work);
    const start = startOf(work, this.#rows.shape);
    return await new GroupRun(this.#rows, work, this.#arrays, start).run();
  }

  async release(): Promise<void> {
    await this.#rows.release();
  }
}

function startOf(
  work: Exclude<BlockWork, { readonly kind: "swap" | "paths" }>,
  shape: RowTowerOptions,
): SetStart {
  switch (work.kind) {
    case "patch":
      return patchStart;
    case "heads":
      return headStart(work, shape);
    case "knockout":
      return knockoutStart(work, shape);
  }
}
