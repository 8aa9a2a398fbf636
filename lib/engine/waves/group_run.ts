/** Runs a group of sentences with all that is changed in them. */

import type { PlannedRun } from "../plan/changes.ts";
import { GroupNumbers, type NumberedGroup } from "../plan/group_numbers.ts";
import type { RowTower } from "../rows/row_tower.ts";
import { GroupBlocks } from "./group_blocks.ts";
import type { Floats, RowMemory } from "./row_values.ts";

/** What a group asks of the blocks: plain data that can be sent to another thread. */
export interface GroupWork extends NumberedGroup {
  /** The residual stream before the first block, [token of all sentences, width]. */
  readonly x: Float32Array;
}

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

/** The rows from which a wave is worth its calls: runs that begin in another block then have a wave of their own. */
const WAVE_ROWS = 1024;

interface Member {
  readonly place: number;
  /** Its place among the runs of its member that begin in the same block. */
  readonly index: number;
  readonly member: number;
  readonly run: PlannedRun;
}

/** Runs that go through the blocks together. */
interface Wave {
  readonly members: readonly Member[];
  readonly ends: readonly number[];
}

/**
 * Runs a group: first its unchanged runs, whose values are kept, then all others in waves. Runs that begin in one block, with one change in
 * many sentences, go together: they share what is equal in them.
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
  readonly #numbers: GroupNumbers;
  readonly #blocks: GroupBlocks;
  readonly #width: number;
  /** The unchanged runs' rows at the end token after the last block. */
  readonly #ends: readonly number[];

  constructor(tower: RowTower, work: GroupWork, memory: RowMemory) {
    this.#numbers = new GroupNumbers(tower.shape, work);
    [this.#work, this.#width] = [work, tower.shape.width];
    this.#ends = this.#numbers.unchanged.map((run) => run.end());
    this.#blocks = new GroupBlocks(tower, this.#numbers.numbers, { ends: this.#ends, memory });
  }

  async run(): Promise<GroupMade> {
    const { x, members } = this.#work;
    const width = this.#width;
    await this.#blocks.keep(x, this.#numbers.unchanged.flatMap((run) => run.rows(0)));
    const sentenceOf = new Map(this.#ends.map((end, i) => [end, i]));
    const runs: Member[] = [];
    members.forEach(({ runs: own }, member) => {
      const begun: number[] = [];
      for (const run of own) {
        const index = begun[run.begin] ?? 0;
        begun[run.begin] = index + 1;
        runs.push({ run, index, member, place: runs.length });
      }
    });
    const places = new Int32Array(runs.length);
    const equals = new Int32Array(runs.length);
    let count = 0;
    const sentences: number[] = [];
    const parts: Floats[] = [];
    for (const wave of this.#waves(runs)) {
      const fresh: number[] = [];
      const ends = new Map<number, number>();
      for (let i = 0; i < wave.ends.length; i++) {
        const [{ place, member, run }, end] = [wave.members[i]!, wave.ends[i]!];
        equals[place] = sentenceOf.get(end) ?? -1;
        let known = ends.get(end);
        if (known === undefined) {
          known = count++;
          ends.set(end, known);
          fresh.push(end);
          sentences.push(members[member]!.sentences[run.of]!);
        }
        places[place] = known;
      }
      const part = new Float32Array(fresh.length * width);
      await this.#blocks.run(fresh, part);
      parts.push(part);
    }
    const after = new Float32Array(count * width);
    let at = 0;
    for (const part of parts) {
      after.set(part, at);
      at += part.length;
    }
    return { after, places, equals, sentences: Int32Array.from(sentences) };
  }

  /** Divides runs into waves that fit into memory; a wave of runs that begin in one block is followed by runs that begin in the next. */
  *#waves(runs: Member[]): Generator<Wave> {
    runs.sort((a, b) => a.run.begin - b.run.begin || a.index - b.index || a.member - b.member);
    let alike: Member[] = [];
    let rows = 0;
    for (let i = 0; i < runs.length; i++) {
      const { run, member } = runs[i]!;
      const { ids, members } = this.#work;
      alike.push(runs[i]!);
      rows += Math.max(0, ids[members[member]!.sentences[run.of]!]!.length - run.first);
      if (runs[i + 1]?.run.begin === run.begin || rows < WAVE_ROWS) continue;
      yield* this.#numbered(alike);
      [alike, rows] = [[], 0];
    }
    yield* this.#numbered(alike);
  }

  /** Numbers runs, in waves of as many rows before a block as fit into memory. */
  *#numbered(runs: readonly Member[]): Generator<Wave> {
    const { rows } = this.#numbers.numbers;
    const most = Math.max(1, Math.floor(WAVE_VALUES / this.#width));
    let [members, ends]: [Member[], number[]] = [[], []];
    let before = rows.map(({ size }) => size);
    for (const member of runs) {
      members.push(member);
      ends.push(this.#numbers.endOf(member.member, member.run));
      if (!rows.some(({ size }, level) => size - before[level]! >= most)) continue;
      yield { members, ends };
      [members, ends] = [[], []];
      before = rows.map(({ size }) => size);
    }
    if (members.length > 0) yield { members, ends };
  }
}
