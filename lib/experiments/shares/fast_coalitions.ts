/** The runs of all coalitions by the fast schedule: pairs are grouped, and groups are divided among streams. */

import { embedGroup, onceThrough } from "../sweep/fast/embed_group.ts";
import { groupAlike } from "../sweep/fast/groups.ts";
import type { SweepStreams } from "../sweep/streams/streams.ts";
import { type CoalitionPair, coalitionRows, scheduleCoalitions } from "./coalition_schedule.ts";
import { type CoalitionResult, coalitionsOf, playersOf, type PlayingPair } from "./players.ts";

/**
 * Runs every coalition of every pair at every layer between the first and the last.
 *
 * @param streams The text tower's blocks.
 * @param pairs Minimal pairs.
 * @returns The results, one pair at a time; no bit depends on the grouping or on the number of streams.
 */
export function fastCoalitions(
  streams: SweepStreams,
  pairs: readonly PlayingPair[],
): AsyncGenerator<CoalitionResult[]> {
  const { shape: { layers }, count } = streams;
  const playing = pairs.map((pair): CoalitionPair => {
    const { negated, affirmative, negator } = pair;
    const players = playersOf(pair);
    return {
      ...{ negated: negated.ids, affirmative: affirmative.ids, negator, players },
      coalitions: coalitionsOf(players),
    };
  });
  const groups = groupAlike(playing, {
    indices: layers < 2 ? [] : [...pairs.keys()],
    rowsUpTo: (length, negator, index) =>
      2 * length + (layers - 1) * coalitionRows(playing[index]!.players, length - negator),
    streams: count,
  });
  return streams.inParts(groups, ({ members }) => runGroup(streams, playing, members));
}

/** Runs some of the pairs; the results of each are made when they are asked for, in the order layer, coalition. */
async function runGroup(
  streams: SweepStreams,
  pairs: readonly CoalitionPair[],
  members: readonly number[],
): Promise<Iterable<CoalitionResult[]>> {
  const own = members.map((index) => pairs[index]!);
  const { base, runs: all, ...schedule } = scheduleCoalitions(own);
  const runs = all.toSorted((a, b) => a.rows.length - b.rows.length); // equal lengths attend together
  const embeddings = await embedGroup(streams, {
    base: base.map(({ pair, sentence, position }) => ({ ids: own[pair]![sentence], position })),
    endTokens: runs.map(({ pair }) => own[pair]!.affirmative.at(-1)!),
    work: (x) => ({ kind: "patch", x, schedule, runs }),
  });
  const runOf = new Map(runs.map(({ pair, coalition }, i) => [`${pair} ${coalition}`, i]));
  const sets = streams.shape.layers - 1;
  return onceThrough(
    embeddings,
    members.keys(),
    (pair) =>
      Array.from({ length: sets }, (_, set) =>
        own[pair]!.coalitions.map((coalition) => ({
          index: members[pair]!,
          ...{ layer: set + 1, coalition },
          embedding: embeddings.of(set, runOf.get(`${pair} ${coalition}`)!),
        }))).flat(),
  );
}
