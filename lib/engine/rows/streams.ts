/** The streams among which a sweep's groups are divided, and the number that is worth starting. */

import type { PlannedRun } from "../plan/planned_runs.ts";
import { GroupNumbers, type NumberedGroup } from "../plan/group_numbers.ts";
import { RowTower, type RowTowerOptions } from "./row_tower.ts";
import { GroupBlocks } from "./group_blocks.ts";
import { type Floats, RowMemory } from "./block_input.ts";
import type { Runtime, RuntimeThread } from "../../onnx/runtime.ts";
import { type BlockModels, freeModels, type RowEnds, type RowModel } from "./row_graphs.ts";
import { type Tower, towerReleased } from "../run/tower.ts";
import type { TowerShape } from "../graph/hook_points.ts";

/** What a group asks of the blocks: plain data that can be sent to another thread. */
interface GroupWork extends NumberedGroup {
  readonly x: Float32Array; // the residual stream before the first block, [token of all sentences, width]
}

interface GroupMade {
  readonly after: Floats; // the residual stream after the last block at the end token, [distinct end, width]
  readonly places: Int32Array<ArrayBuffer>; // the place of the end of each run of each member, one after the other
  /** The number of the sentence whose unchanged run each run is equal to, or -1. */
  readonly equals: Int32Array<ArrayBuffer>;
  readonly sentences: Int32Array<ArrayBuffer>; // for each distinct end, a sentence that ends in its token
}

const WAVE_VALUES = 2 ** 21; // most values of one matrix of a wave: 8 MB

/** The rows from which a wave is worth its calls: runs that begin in another block then have a wave of their own. */
const WAVE_ROWS = 1024;

interface Member {
  readonly place: number;
  readonly index: number; // its place among the runs of its member that begin in the same block
  readonly member: number;
  readonly run: PlannedRun;
  end: number; // its row at the end token after the last block, once it is numbered
}

/** Runs a group: its unchanged runs, whose values are kept, then all others in waves; those that begin in one block share what is equal. */
async function runGroup(
  tower: RowTower,
  work: GroupWork,
  memory: RowMemory,
): Promise<GroupMade> {
  const { members } = work;
  const { width } = tower.shape;
  const numbers = new GroupNumbers(tower.shape, work);
  const ends = numbers.unchanged.map((run) => run.end());
  const blocks = new GroupBlocks(tower, numbers.numbers, { ends, memory });
  await blocks.keep(work.x, numbers.unchanged.flatMap((run) => run.rows(0)));
  const sentenceOf = new Map(ends.map((end, i) => [end, i]));
  const runs: Member[] = [];
  members.forEach(({ runs: own }, member) => {
    const begun: number[] = [];
    for (const run of own) {
      const index = begun[run.begin] ?? 0;
      begun[run.begin] = index + 1;
      runs.push({ run, index, member, place: runs.length, end: -1 });
    }
  });
  const places = new Int32Array(runs.length);
  const equals = new Int32Array(runs.length);
  const placeOf = new Map<number, number>(); // of distinct ends
  const sentences: number[] = [];
  const parts: Floats[] = [];
  for (const wave of wavesOf(runs, numbers, work, width)) {
    const fresh: number[] = [];
    for (const { place, member, run, end } of wave) {
      equals[place] = sentenceOf.get(end) ?? -1;
      if (!placeOf.has(end)) {
        placeOf.set(end, placeOf.size);
        fresh.push(end);
        sentences.push(members[member]!.sentences[run.of]!);
      }
      places[place] = placeOf.get(end)!;
    }
    const part = new Float32Array(fresh.length * width);
    await blocks.run(fresh, part);
    parts.push(part);
  }
  const after = new Float32Array(placeOf.size * width);
  let at = 0;
  for (const part of parts) {
    after.set(part, at);
    at += part.length;
  }
  return { after, places, equals, sentences: Int32Array.from(sentences) };
}

/** Numbers runs and divides them into waves of as many rows as fit into memory; runs that begin in one block follow each other. */
function* wavesOf(
  runs: Member[],
  numbers: GroupNumbers,
  { ids, members }: GroupWork,
  width: number,
): Generator<Member[]> {
  const { rows: levels } = numbers.numbers;
  const most = Math.max(1, Math.floor(WAVE_VALUES / width));
  const sizes = () => levels.map(({ size }) => size);
  runs.sort((a, b) => a.run.begin - b.run.begin || a.index - b.index || a.member - b.member);
  let [wave, rows, before]: [Member[], number, number[]] = [[], 0, sizes()];
  for (const [i, own] of runs.entries()) {
    const { run, member } = own;
    own.end = numbers.endOf(member, run);
    wave.push(own);
    rows += Math.max(0, ids[members[member]!.sentences[run.of]!]!.length - run.first);
    const isFull = levels.some(({ size }, level) => size - before[level]! >= most);
    const endsBlock = runs[i + 1]?.run.begin !== run.begin && rows >= WAVE_ROWS;
    if (!isFull && !endsBlock) continue;
    yield wave;
    [wave, rows, before] = [[], 0, sizes()];
  }
  if (wave.length > 0) yield wave;
}

/** A tower's blocks, row by row, in any thread. It takes one call at a time. */
type RowStream = Pick<RowTower, "add" | "release"> & {
  readonly run: (work: GroupWork) => Promise<GroupMade>;
};

export async function openStream(shape: RowTowerOptions, runtime: Runtime): Promise<RowStream> {
  const rows = await RowTower.open(shape, runtime);
  const memory = new RowMemory();
  return Object.assign(rows, { run: (work: GroupWork) => runGroup(rows, work, memory) });
}

export type StreamRequest =
  | { readonly kind: "add"; readonly models: BlockModels }
  | { readonly kind: "run"; readonly work: GroupWork };

/** Starts a stream whose sessions are in another thread; the first call reports any error of the start. */
export function threadStream(
  shape: RowTowerOptions,
  startStream: NonNullable<Runtime["startStream"]>,
): RowStream {
  const thread: RuntimeThread<StreamRequest, GroupMade | undefined> = startStream(
    shape,
    () => towerReleased("text"),
  );
  return {
    add: async ({ project, complete }) => {
      const copy = (model: RowModel) => ({ ...model, bytes: model.bytes.slice() });
      const models = { project: project.map(copy), complete: complete.map(copy) };
      const bytes = [...models.project, ...models.complete].map(({ bytes }) => bytes.buffer);
      await thread.ask({ kind: "add", models }, bytes);
    },
    run: async (work) => (await thread.ask({ kind: "run", work }))!,
    release: () => thread.release(),
  };
}

const MOST_STREAMS = 2; // most streams: each holds the blocks' weights in memory

/** The number of operations from which a second thread repays its start: work for a quarter of a second or more. */
const WORTH_A_THREAD = 1e11;

/** How many streams are fastest. Two of one thread each beat one with two threads, since the work between operators runs in parallel too. */
export function streamCount(
  rows: number,
  { shape: { width }, threads }: Readonly<{ shape: Pick<TowerShape, "width">; threads: number }>,
): number {
  const operations = rows * 24 * width ** 2; // an MLP of four times the width
  return operations < WORTH_A_THREAD ? 1 : Math.min(threads, MOST_STREAMS);
}

export class RowStreams {
  readonly count: number;
  readonly #free: RowStream[];
  readonly #waiting: ((stream: RowStream) => void)[] = [];

  private constructor(
    private readonly all: RowStream[],
    readonly shape: TowerShape,
    readonly ends: RowEnds, // parts before the first block and after the last, in this thread
  ) {
    this.#free = [...all];
    this.count = all.length;
  }

  /** Loads a tower's blocks into streams, which are freed with it. A single one works in this thread, several have threads of their own. */
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
    const opened = new RowStreams(streams, tower.shape, ends);
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

  /** Runs groups in parallel: one per stream, and one that waits. Results come in the order of the groups, made when they are asked for. */
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
    await Promise.all(this.all.splice(0).map((stream) => stream.release()));
  }
}
