/** Runs a group of sentences with all that is changed in them. */

import type { PlannedRun } from "../plan/changes.ts";
import { Numbers, RunNumbers } from "../plan/run_numbers.ts";
import type { RowTower } from "../rows/row_tower.ts";
import { GroupBlocks } from "./group_blocks.ts";
import { copyRows, type Floats, NOTHING, type RowMemory } from "./row_values.ts";

/** Sentences that belong together, and their runs. */
export interface GroupMember {
  /** The number of each sentence by its name. */
  readonly sentences: Readonly<Record<string, number>>;
  readonly runs: readonly PlannedRun[];
}

/** What a group asks of the blocks: plain data that can be sent to another thread. */
export interface GroupWork {
  /** The tokens of each sentence. */
  readonly ids: readonly (readonly number[])[];
  /** The residual stream before the first block, [token of all sentences, width]. */
  readonly x: Float32Array;
  readonly members: readonly GroupMember[];
}

/** What comes of it. */
export interface GroupMade {
  /** The residual stream after the last block at the end token, [distinct end, width]. */
  readonly after: Floats;
  /** The place of the end of each run of each member, one after the other. */
  readonly places: Int32Array<ArrayBuffer>;
  /** The number of the sentence whose unchanged run each run is equal to, or -1. */
  readonly equals: Int32Array<ArrayBuffer>;
  /** For each distinct end, a sentence that ends in its token. */
  readonly sentences: Int32Array<ArrayBuffer>;
}

/** The most values of one matrix of a wave: 8 MB. */
const WAVE_VALUES = 2 ** 21;

/** A run on its way. */
interface Member {
  /** Its place among all runs. */
  readonly place: number;
  readonly index: number;
  readonly member: number;
  readonly run: PlannedRun;
}

/**
 * Runs a group: first its unchanged runs, whose values are kept, then all others in waves. Runs that begin in one block, with one change
 * in many sentences, go together: they share what is equal in them.
 *
 * @param tower The tower, row by row.
 * @param work The group.
 * @param memory Memory that groups use one after the other.
 */
export async function runGroup(
  tower: RowTower,
  work: GroupWork,
  memory: RowMemory,
): Promise<GroupMade> {
  return await new GroupRun(tower, work, memory).run();
}

class GroupRun {
  readonly #work: GroupWork;
  readonly #numbers: Numbers;
  readonly #blocks: GroupBlocks;
  readonly #width: number;
  /** The unchanged run of each sentence. */
  readonly #unchanged: readonly RunNumbers[];
  /** The numbers of runs whose values others take, by member. */
  readonly #sources: ReadonlyMap<PlannedRun, RunNumbers>[];

  constructor(tower: RowTower, work: GroupWork, memory: RowMemory) {
    const numbers = new Numbers(tower.shape);
    [this.#work, this.#numbers, this.#width] = [work, numbers, tower.shape.width];
    this.#unchanged = work.ids.map((ids) => new RunNumbers(numbers, { from: ids }));
    this.#unchanged.forEach((run) => run.end());
    this.#sources = work.members.map(() => new Map());
    this.#blocks = new GroupBlocks(tower, numbers, memory);
  }

  async run(): Promise<GroupMade> {
    const { ids, x, members } = this.#work;
    const unchanged = this.#unchanged.map((run) => run.end());
    const width = this.#width;
    const firsts: number[] = [];
    ids.reduce((first, own, i) => (firsts[i] = first, first + own.length), 0);
    const rowAt = new Map<number, number>();
    this.#unchanged.forEach((run, i) =>
      run.rows(0).forEach((row, position) => rowAt.set(row, firsts[i]! + position))
    );
    await this.#blocks.keep(unchanged, (row, into) => {
      const from = rowAt.get(row)! * width;
      into.set(x.subarray(from, from + width));
    });
    const sentenceOf = new Map(unchanged.map((end, i) => [end, i]));
    const runs = members.flatMap(({ runs }, member) =>
      runs.map((run, index) => ({ run, index, member }))
    ).map((run, place): Member => ({ ...run, place }));
    const places = new Int32Array(runs.length);
    const equals = new Int32Array(runs.length);
    const ends = new Map<number, number>();
    const sentences: number[] = [];
    const parts: Floats[] = [];
    for (const wave of this.#waves(runs)) {
      const fresh: number[] = [];
      for (const { place, member, run, end } of wave) {
        const sentence = members[member]!.sentences[run.of]!;
        equals[place] = sentenceOf.get(end) ?? -1;
        const known = ends.get(end) ?? ends.size;
        if (known === ends.size) {
          ends.set(end, known);
          fresh.push(end);
          sentences.push(sentence);
        }
        places[place] = known;
      }
      const part = new Float32Array(fresh.length * width);
      await this.#blocks.run(fresh, part);
      parts.push(part);
    }
    const after = new Float32Array(ends.size * width);
    let at = 0;
    for (const part of parts) {
      after.set(part, at);
      at += part.length;
    }
    return { after, places, equals, sentences: Int32Array.from(sentences) };
  }

  /** Numbers runs, and divides them into waves that fit into memory. */
  *#waves(runs: Member[]): Generator<(Member & { readonly end: number })[]> {
    runs.sort((a, b) =>
      a.run.begin - b.run.begin || a.index - b.index || a.member - b.member
    );
    const most = Math.max(1, Math.floor(WAVE_VALUES / this.#width));
    let wave: (Member & { readonly end: number })[] = [];
    let before = this.#sizes();
    for (const member of runs) {
      wave.push({ ...member, end: this.#numbered(member).end() });
      const sizes = this.#sizes();
      if (!sizes.some((size, level) => size - before[level]! >= most)) continue;
      yield wave;
      [wave, before] = [[], sizes];
    }
    if (wave.length > 0) yield wave;
  }

  /** The number of rows before each block and after the last. */
  #sizes(): number[] {
    return this.#numbers.rows.map(({ size }) => size);
  }

  #numbered({ member, run }: { readonly member: number; readonly run: PlannedRun }): RunNumbers {
    const unchanged = this.#unchanged[this.#work.members[member]!.sentences[run.of]!]!;
    if (run.blocks.every((own) => own === undefined)) return unchanged;
    const known = this.#sources[member]!;
    return new RunNumbers(this.#numbers, {
      from: unchanged,
      run,
      numbersOf: (source) => {
        const own = known.get(source) ?? this.#numbered({ member, run: source });
        (known as Map<PlannedRun, RunNumbers>).set(source, own);
        return own;
      },
    });
  }
}
