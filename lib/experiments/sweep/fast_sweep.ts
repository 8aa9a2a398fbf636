/** The residual sweep by the fast schedule: pairs in groups, groups shared among streams. */

import { unit } from "../../clip/hooked_run.ts";
import { idsInput } from "../../clip/text_tower.ts";
import { embedBase } from "./embed_base.ts";
import type { SweepPair, SweepResult } from "./general_sweep.ts";
import { groupPairs, schedulePair } from "./groups.ts";
import { scheduleSweep } from "./schedule.ts";
import type { SweepStreams } from "./streams.ts";

/**
 * Runs all cells of kind `run` of pairs that `fitsFastSweep` takes.
 *
 * @param streams The text tower's blocks.
 * @param pairs The pairs with their cells.
 * @returns The results of one group of pairs after the other; no bit depends on the grouping or on the number of streams.
 */
export function fastSweep(
  streams: SweepStreams,
  pairs: readonly SweepPair[],
): AsyncGenerator<SweepResult[]> {
  const groups = groupPairs(pairs, { ...streams.shape, streams: streams.count });
  return streams.inTurn(groups, ({ members }) => sweepGroup(streams, pairs, members));
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
  const positions = base.map(({ pair, sentence, position }) => ({
    ids: own[pair]!.pair[sentence].ids,
    position,
  }));
  const x = await embedBase(ends, positions, width);
  const after = await streams.run({ kind: "patch", x, schedule, runs });
  const end = runs.map(({ pair }) => [own[pair]!.pair.affirmative.ids.at(-1)!]);
  const input = idsInput(Array.from({ length: layers - 1 }, () => end).flat());
  const embeddings = await ends.project(after, input);
  after.buffer.transfer(0); // given back now: the collector does not count what a thread has handed over
  const rowOf = new Map(runs.map(({ pair, position }, i) => [`${pair},${position}`, i]));
  return own.flatMap(({ cells }, pair) =>
    cells.filter(({ kind }) => kind === "run").map((cell) => {
      const row = (cell.layer - 1) * runs.length + rowOf.get(`${pair},${cell.position}`)!;
      return { index: members[pair]!, cell, embedding: unit(embeddings.row(row).data) };
    })
  );
}
