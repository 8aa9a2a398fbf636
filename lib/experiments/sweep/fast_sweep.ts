/** The residual sweep by the fast schedule: pairs in groups, groups shared among streams. */

import { unit } from "../../clip/hooked_run.ts";
import type { RowEnds } from "../../clip/row_ends.ts";
import { idsInput } from "../../clip/text_tower.ts";
import { groupPairs, schedulePair } from "./groups.ts";
import { type BaseRow, scheduleSweep } from "./schedule.ts";
import type { SweepStreams } from "./streams.ts";
import type { SweepPair, SweepResult } from "./general_sweep.ts";

/**
 * Runs all cells of kind `run` of pairs that `fitsFastSweep` takes.
 *
 * @param streams The text tower's blocks.
 * @param pairs The pairs with their cells.
 * @returns The results of one group of pairs after the other; no bit depends on the grouping or on the number of streams.
 */
export async function* fastSweep(
  streams: SweepStreams,
  pairs: readonly SweepPair[],
): AsyncGenerator<SweepResult[]> {
  const groups = groupPairs(pairs, { ...streams.shape, streams: streams.count });
  const running: Promise<SweepResult[]>[] = [];
  try {
    for (const { members } of groups) {
      const results = sweepGroup(streams, pairs, members);
      results.catch(() => undefined); // told when its turn comes
      running.push(results);
      if (running.length > streams.count) yield await running.shift()!; // one group waits for a free stream
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await Promise.allSettled(running);
  }
}

/** The results of some of the pairs. */
async function sweepGroup(
  streams: SweepStreams,
  pairs: readonly SweepPair[],
  members: readonly number[],
): Promise<SweepResult[]> {
  const { ends, shape: { layers, width } } = streams;
  const own = members.map((index) => pairs[index]!);
  const { base, ...schedule } = scheduleSweep(own.map(schedulePair));
  const runs = schedule.runs.filter(({ pair, position }) =>
    own[pair]!.cells.some((cell) => cell.kind === "run" && cell.position === position)
  ).sort((a, b) => a.rows.length - b.rows.length); // equal lengths attend together
  const x = await embedBase(ends, { pairs: own, base, width });
  const after = await streams.run({ x, schedule, runs });
  const end = runs.map(({ pair }) => [own[pair]!.pair.affirmative.ids.at(-1)!]);
  const input = idsInput(Array.from({ length: layers - 1 }, () => end).flat());
  const embeddings = await ends.project(after, input);
  const rowOf = new Map(runs.map(({ pair, position }, i) => [`${pair},${position}`, i]));
  return own.flatMap(({ cells }, pair) =>
    cells.filter(({ kind }) => kind === "run").map((cell) => {
      const row = (cell.layer - 1) * runs.length + rowOf.get(`${pair},${cell.position}`)!;
      return { index: members[pair]!, cell, embedding: unit(embeddings.row(row).data) };
    })
  );
}

/** The residual stream before the first block, of the base rows. */
async function embedBase(
  ends: RowEnds,
  { pairs, base, width }: {
    readonly pairs: readonly SweepPair[];
    readonly base: readonly BaseRow[];
    readonly width: number;
  },
): Promise<Float32Array> {
  const x = new Float32Array(base.length * width);
  const idsOf = ({ pair, sentence }: BaseRow) => pairs[pair]!.pair[sentence].ids;
  for (const [length, own] of Map.groupBy(base.keys(), (row) => idsOf(base[row]!).length)) {
    const sentences = [...new Set(own.map((row) => idsOf(base[row]!)))];
    const embedded = await ends.embed(idsInput(sentences));
    const place = new Map(sentences.map((ids, i) => [ids, i]));
    for (const row of own) {
      const from = (place.get(idsOf(base[row]!))! * length + base[row]!.position) * width;
      x.set(embedded.subarray(from, from + width), row * width);
    }
  }
  return x;
}
