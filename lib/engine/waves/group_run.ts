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
  /** Its row at the end token after the last block, once it is numbered. */
  end: number;
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

/**
 * Numbers runs and divides them into waves of as many rows before a block as fit into memory; a wave of runs that begin in one block is
 * followed by runs that begin in the next.
 */
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
