/** The streams among which a sweep's groups are divided, and the number that is worth starting. */

import { freeModels } from "../rows/row_subgraphs.ts";
import type { RowEnds } from "../rows/row_ends.ts";
import type { PartCost, RowCosts } from "../rows/row_tower.ts";
import type { Tower, TowerShape } from "../tower.ts";
import type { GroupMade, GroupWork } from "../waves/group_run.ts";
import { openStream, type RowStream, threadStream } from "./stream.ts";

/** The most streams: each holds the blocks' weights in memory. */
const MOST_STREAMS = 2;

/** The number of operations from which a second thread repays its start: work for a quarter of a second or more. */
const WORTH_A_THREAD = 1e11;

/**
 * Estimates how many streams are fastest.
 *
 * Two streams of one thread each are faster than one stream with two threads inside its operators, since small operators and the work
 * between operators run in parallel too.
 */
export function streamCount(
  rows: number,
  { shape: { width }, threads }: {
    readonly shape: Pick<TowerShape, "width">;
    readonly threads: number;
  },
): number {
  const operations = rows * 24 * width ** 2; // an MLP of four times the width
  return operations < WORTH_A_THREAD ? 1 : Math.min(threads, MOST_STREAMS);
}

export class RowStreams {
  readonly shape: TowerShape;
  /** The parts before the first block and after the last, in this thread. */
  readonly ends: RowEnds;
  readonly count: number;
  readonly #all: RowStream[];
  readonly #free: RowStream[];
  readonly #waiting: ((stream: RowStream) => void)[] = [];

  private constructor(streams: readonly RowStream[], tower: Tower, ends: RowEnds) {
    this.#all = [...streams];
    this.#free = [...streams];
    this.count = streams.length;
    this.shape = tower.shape;
    this.ends = ends;
  }

  /**
   * Loads a tower's blocks into streams, which are freed with the tower.
   *
   * @param count The number of streams; a single one works in this thread, several have threads of their own, which the tower's runtime
   * must be able to start.
   */
  static async open(tower: Tower, count: number): Promise<RowStreams> {
    const ends = await tower.rows.rowEnds();
    const shape = (stream: number) => ({
      ...tower.shape,
      threads: Math.max(1, Math.floor((tower.threads + stream) / count)), // together as many as the tower has
    });
    const { runtime, runtime: { startStream } } = tower;
    const streams = count === 1 || startStream === undefined
      ? [await openStream(shape(0), runtime)]
      : Array.from({ length: count }, (_, stream) => threadStream(shape(stream), startStream));
    const opened = new RowStreams(streams, tower, ends);
    try {
      for await (const models of tower.rows.rowBlocks()) {
        await Promise.all(streams.map((stream) => stream.add(models)));
        freeModels(models);
      }
    } catch (error) {
      await opened.release();
      throw error;
    }
    tower.own(opened);
    return opened;
  }

  /** What each part of the blocks has cost: the operations of all streams, and their mean time, since they run side by side. */
  get costs(): RowCosts {
    const costOf = (part: keyof RowCosts): PartCost => {
      const sum = (measure: keyof PartCost) =>
        this.#all.reduce((total, { costs }) => total + costs[part][measure], 0);
      return { milliseconds: sum("milliseconds") / this.count, operations: sum("operations") };
    };
    return { project: costOf("project"), attend: costOf("attend"), complete: costOf("complete") };
  }

  async run(work: GroupWork): Promise<GroupMade> {
    const stream = this.#free.pop() ??
      await new Promise<RowStream>((resolve) => this.#waiting.push(resolve));
    try {
      return await stream.run(work);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(stream);
      else next(stream);
    }
  }

  /**
   * Runs groups in parallel: one per stream, and one that waits. The results come in the order of the groups; those of a group are made
   * when they are asked for, so that they are not in memory all at once.
   */
  async *inParts<Group, Result>(
    groups: readonly Group[],
    run: (group: Group) => Promise<Iterable<Result>>,
  ): AsyncGenerator<Result> {
    const running: Promise<Iterable<Result>>[] = [];
    try {
      for (const group of groups) {
        const result = run(group);
        result.catch(() => undefined); // thrown when its turn comes
        running.push(result);
        if (running.length > this.count) yield* await running.shift()!;
      }
      while (running.length > 0) yield* await running.shift()!;
    } finally {
      await Promise.allSettled(running);
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.#all.splice(0).map((stream) => stream.release()));
  }
}
