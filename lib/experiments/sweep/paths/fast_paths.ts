/** Path patching by the fast schedule: pairs are grouped, and groups are divided among streams. */

import type { AlignedPair } from "../../../subject/prepare.ts";
import type { GroupResult } from "../../../subject/once_per_group.ts";
import type { NamedHead } from "../../../tables/head_names.ts";
import { embedGroup, onceThrough } from "../fast/embed_group.ts";
import { groupAlike } from "../fast/groups.ts";
import type { SweepStreams } from "../streams/streams.ts";
import { edgePlaces, pathEdges } from "./path_edges.ts";
import { schedulePaths } from "./path_schedule.ts";

/** The most rows of a changed run in all pairs of a group: the rows of all senders are in memory at once. */
const GROUP_ROWS = 128;

/**
 * Patches all paths into some receivers.
 *
 * @param streams The text tower's blocks.
 * @param pairs Minimal pairs.
 * @param receivers The receivers in the order layer, head.
 * @returns The results, one pair at a time; a result's place is its edge's in the order of `pathEdges`.
 */
export function fastPaths(
  streams: SweepStreams,
  pairs: readonly AlignedPair[],
  receivers: readonly NamedHead[],
): AsyncGenerator<GroupResult[]> {
  const alike = pairs.map(({ negated, affirmative, negator }) => (
    { negated: negated.ids, affirmative: affirmative.ids, negator }
  ));
  const groups = groupAlike(alike, {
    indices: [...pairs.keys()],
    rowsUpTo: (length, negator) => Math.max(0, length - negator),
    streams: streams.count,
    most: GROUP_ROWS,
  });
  const { heads } = streams.shape;
  const places = edgePlaces(pathEdges(receivers, heads), receivers, heads);
  return streams.inParts(groups, async ({ members }) => {
    const { base, ...schedule } = schedulePaths(members.map((index) => alike[index]!));
    const embeddings = await embedGroup(streams, {
      base: base.map(({ pair, sentence, position }) => (
        { ids: pairs[members[pair]!]![sentence].ids, position }
      )),
      endTokens: schedule.ends.map(({ pair }) => pairs[members[pair]!]!.affirmative.ids.at(-1)!),
      work: (x) => ({
        kind: "paths",
        ...{ x, schedule, places },
        receivers: receivers.map(({ layer, head }) => ({ block: layer - 1, head: head - 1 })),
      }),
    });
    const placeOf = new Map(schedule.ends.map(({ pair }, i) => [pair, i]));
    return onceThrough(
      embeddings,
      members.keys(),
      (pair) =>
        Array.from({ length: embeddings.sets }, (_, place) => (
          { index: members[pair]!, place, embedding: embeddings.of(place, placeOf.get(pair)!) }
        )),
    );
  });
}
