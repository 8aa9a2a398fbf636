/** The knock-out of heads by the fast schedule: pairs are grouped, and groups are divided among streams. */

import type { AlignedPair } from "../../../subject/prepare.ts";
import { embedGroup, onceThrough } from "./embed_group.ts";
import { groupAlike } from "./groups.ts";
import { scheduleKnockout } from "./knockout_schedule.ts";
import type { SweepStreams } from "../streams/streams.ts";

/** The embedding of a negated sentence without one head's attention to the negator. */
export interface KnockedOut {
  /** The pair's index in the given list. */
  readonly index: number;
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}

/** Whether the fast schedule can be used for a pair: its negator is not at the first position, and its negated sentence ends in the token that becomes the embedding. */
export function fitsFastKnockout({ negated, negator }: AlignedPair): boolean {
  const last = negated.ids.length - 1;
  return negator > 0 && negator < last && negated.pooled === last;
}

/**
 * Knocks out every head of pairs that `fitsFastKnockout` accepts.
 *
 * @param streams The text tower's blocks.
 * @param pairs The pairs.
 * @param renormalize Whether each query's other weights are divided by their sum.
 * @returns The results, one pair at a time; no bit depends on the grouping or on the number of streams.
 */
export function fastKnockout(
  streams: SweepStreams,
  pairs: readonly AlignedPair[],
  renormalize: boolean,
): AsyncGenerator<KnockedOut[]> {
  const { shape: { layers, heads }, count } = streams;
  const negated = pairs.map(({ negated: { ids }, negator }) => ({
    ...{ negated: ids, affirmative: ids, negator },
  }));
  const groups = groupAlike(negated, {
    indices: [...pairs.keys()],
    rowsUpTo: (length, negator) => length + layers * heads * Math.max(0, length - negator),
    streams: count,
  });
  return streams.inParts(
    groups,
    ({ members }) => knockOutGroup(streams, { pairs, members, renormalize }),
  );
}

/** Runs some of the pairs; the results of each are made when they are asked for, in the order layer, head. */
async function knockOutGroup(streams: SweepStreams, { pairs, members, renormalize }: {
  readonly pairs: readonly AlignedPair[];
  readonly members: readonly number[];
  readonly renormalize: boolean;
}): Promise<Iterable<KnockedOut[]>> {
  const { layers, heads } = streams.shape;
  const own = members.map((index) => pairs[index]!);
  const laidOut = scheduleKnockout(
    own.map(({ negated: { ids }, negator }) => ({ negated: ids, negator })),
    heads,
  );
  const { base, runs: all, ...schedule } = laidOut;
  const runs = all.toSorted((a, b) => a.rows.length - b.rows.length); // equal lengths attend together
  const embeddings = await embedGroup(streams, {
    base: base.map(({ pair, position }) => ({ ids: own[pair]!.negated.ids, position })),
    endTokens: runs.map(({ pair }) => own[pair]!.negated.ids.at(-1)!),
    work: (x) => ({ kind: "knockout", x, schedule, runs, renormalize }),
  });
  const runOf = new Map(runs.map(({ pair, head }, i) => [`${pair},${head}`, i]));
  return onceThrough(
    embeddings,
    members.keys(),
    (pair) =>
      Array.from({ length: layers * heads }, (_, place) => {
        const [layer, head] = [Math.floor(place / heads), place % heads];
        const embedding = embeddings.of(layer, runOf.get(`${pair},${head}`)!);
        return { index: members[pair]!, layer: layer + 1, head: head + 1, embedding };
      }),
  );
}
