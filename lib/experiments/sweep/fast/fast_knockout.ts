/** The knock-out of heads by the fast schedule: sentences are grouped, and groups are divided among streams. */

import { embedGroup, onceThrough } from "./embed_group.ts";
import { groupAlike } from "./groups.ts";
import { scheduleKnockout } from "./knockout_schedule.ts";
import type { SweepStreams } from "../streams/streams.ts";
import type { SentenceWord } from "../word.ts";

/** The embedding of a sentence without one head's attention to a word. */
export interface KnockedOut {
  /** The word's index in the given list. */
  readonly index: number;
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}

/** Whether the fast schedule can be used for a word: it is not at the first position, and its sentence ends in the token that becomes the embedding. */
export function fitsFastKnockout({ sentence, position }: SentenceWord): boolean {
  const last = sentence.ids.length - 1;
  return position > 0 && position < last && sentence.pooled === last;
}

/**
 * Knocks out every head's attention to words that `fitsFastKnockout` accepts.
 *
 * @param streams The text tower's blocks.
 * @param words The words.
 * @param renormalize Whether each query's other weights are divided by their sum.
 * @returns The results, one word at a time; no bit depends on the grouping or on the number of streams.
 */
export function fastKnockout(
  streams: SweepStreams,
  words: readonly SentenceWord[],
  renormalize: boolean,
): AsyncGenerator<KnockedOut[]> {
  const { shape: { layers, heads }, count } = streams;
  const alike = words.map(({ sentence: { ids }, position }) => ({
    ...{ negated: ids, affirmative: ids, negator: position },
  }));
  const groups = groupAlike(alike, {
    indices: [...words.keys()],
    rowsUpTo: (length, negator) => length + layers * heads * Math.max(0, length - negator),
    streams: count,
  });
  return streams.inParts(
    groups,
    ({ members }) => knockOutGroup(streams, { words, members, renormalize }),
  );
}

/** Runs some of the words; the results of each are made when they are asked for, in the order layer, head. */
async function knockOutGroup(streams: SweepStreams, { words, members, renormalize }: {
  readonly words: readonly SentenceWord[];
  readonly members: readonly number[];
  readonly renormalize: boolean;
}): Promise<Iterable<KnockedOut[]>> {
  const { layers, heads } = streams.shape;
  const own = members.map((index) => words[index]!);
  const laidOut = scheduleKnockout(
    own.map(({ sentence: { ids }, position }) => ({ negated: ids, negator: position })),
    heads,
  );
  const { base, runs: all, ...schedule } = laidOut;
  const runs = all.toSorted((a, b) => a.rows.length - b.rows.length); // equal lengths attend together
  const embeddings = await embedGroup(streams, {
    base: base.map(({ pair, position }) => ({ ids: own[pair]!.sentence.ids, position })),
    endTokens: runs.map(({ pair }) => own[pair]!.sentence.ids.at(-1)!),
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
