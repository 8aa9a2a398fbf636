/** Runs with swapped nodes by the fast schedule: runs are grouped, and groups are divided among streams. */

import type { SwapPair, SwapResult } from "./swapped_run.ts";
import { embedGroup, onceThrough } from "../fast/embed_group.ts";
import type { SweepStreams } from "../streams/streams.ts";
import { scheduleSwaps } from "./swap_schedule.ts";

/** The most rows of the sets of a group, if none are shared; a group with a single run may exceed it. */
const GROUP_ROWS = 8192;

/** Some runs of a pair. */
interface Member {
  readonly index: number;
  readonly runs: readonly number[];
}

/**
 * Runs minimal pairs with swapped nodes.
 *
 * @param streams The text tower's blocks, cut between attention and MLP.
 * @param pairs The pairs with their runs.
 * @returns The results, some runs of a pair at a time; no bit depends on the grouping or on the number of streams.
 */
export function fastSwap(
  streams: SweepStreams,
  pairs: readonly SwapPair[],
): AsyncGenerator<SwapResult[]> {
  return streams.inParts(groupRuns(pairs), async (members) => {
    const own = members.map(({ index, runs }): SwapPair => {
      const { pair, runs: all } = pairs[index]!;
      return { pair, runs: runs.map((run) => all[run]!) };
    });
    const { base, ...schedule } = scheduleSwaps(own, streams.shape.layers);
    const embeddings = await embedGroup(streams, {
      base: base.map(({ pair, sentence, position }) => ({
        ids: own[pair]!.pair[sentence].ids,
        position,
      })),
      endTokens: own.flatMap(({ pair, runs }) => runs.map(() => pair.affirmative.ids.at(-1)!)),
      work: (x) => ({ kind: "swap", x, schedule }),
    });
    const firsts = members.map((_, i) =>
      members.slice(0, i).reduce((sum, { runs }) => sum + runs.length, 0)
    );
    return onceThrough(embeddings, members.keys(), (member) => {
      const { index, runs } = members[member]!;
      return runs.map((run, i) => (
        { index, run, embedding: embeddings.of(0, firsts[member]! + i) }
      ));
    });
  });
}

/** Groups runs, those of pairs that begin alike together. */
function groupRuns(pairs: readonly SwapPair[]): Member[][] {
  const keys = pairs.map(({ pair: { negator, affirmative, negated } }) =>
    `${negator} ${affirmative.ids} ${negated.ids}`
  );
  const order = [...pairs.keys()].toSorted((a, b) =>
    keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b
  );
  const groups: Member[][] = [];
  let left = 0;
  for (const index of order) {
    const { pair: { affirmative, negator }, runs } = pairs[index]!;
    const rows = affirmative.ids.length - negator; // of a run, at most
    for (let first = 0; first < runs.length;) {
      if (left < rows) {
        groups.push([]);
        left = GROUP_ROWS;
      }
      const count = Math.min(runs.length - first, Math.max(1, Math.floor(left / rows)));
      groups.at(-1)!.push({ index, runs: Array.from({ length: count }, (_, i) => first + i) });
      first += count;
      left -= count * rows;
    }
  }
  return groups;
}
