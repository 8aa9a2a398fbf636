/** Changed runs row by row: groups are divided into parts, and parts among streams. */

import { freeMemory } from "../../onnx/runtime/free_memory.ts";
import type { RowEnds } from "../rows/row_ends.ts";
import { unit } from "../run/hooked_run.ts";
import { idsInput } from "../run/run_lists.ts";
import type { RowStreams } from "../streams/streams.ts";
import { dividedGroups, together } from "./groups.ts";
import type { ChangedResult, PlannedGroup } from "./run_group.ts";

/** Runs groups. Returns the results, one group at a time; no bit depends on the other groups or on the number of streams. */
export function fastChanges(
  streams: RowStreams,
  groups: readonly PlannedGroup[],
): AsyncGenerator<ChangedResult[]> {
  const { shape, count } = streams;
  const parts = dividedGroups(groups, { shape, streams: count });
  return streams.inParts(parts, (part) => runPart(streams, groups, part));
}

/** Runs some groups; the results of each are made when they are asked for. */
async function runPart(
  streams: RowStreams,
  groups: readonly PlannedGroup[],
  part: readonly number[],
): Promise<Iterable<ChangedResult[]>> {
  const { ends } = streams;
  const { ids, members } = together(part.map((index) => groups[index]!));
  const x = await embedded(ends, ids, streams.shape.width);
  const { after, places, equals, sentences } = await streams.run({ ids, x, members });
  freeMemory(x);
  const tokens = Array.from(sentences, (sentence) => [ids[sentence]!.at(-1)!]);
  const embeddings = await ends.project(after, idsInput(tokens));
  freeMemory(after);
  return results();

  function* results(): Generator<ChangedResult[]> {
    try {
      let first = 0;
      for (const [i, { sentences, runs }] of members.entries()) {
        const names = new Map(
          Object.entries(sentences).reverse().map(([name, own]) => [own, name]),
        );
        yield runs.map((_, place) => {
          const name = names.get(equals[first + place]!);
          return {
            index: part[i]!,
            place,
            embedding: unit(embeddings.row(places[first + place]!).data),
            ...(name !== undefined && { equals: name }),
          };
        });
        first += runs.length;
      }
    } finally {
      freeMemory(embeddings.data); // the garbage collector would leave it until hundreds of parts have run
    }
  }
}

/** The residual stream before the first block, [token of all sentences, width]; sentences of equal length run together. */
async function embedded(
  ends: RowEnds,
  ids: readonly (readonly number[])[],
  width: number,
): Promise<Float32Array> {
  const firsts: number[] = [];
  const size = ids.reduce((first, own, i) => (firsts[i] = first, first + own.length), 0);
  const x = new Float32Array(size * width);
  for (const [length, own] of Map.groupBy(ids.keys(), (sentence) => ids[sentence]!.length)) {
    const values = await ends.embed(idsInput(own.map((sentence) => ids[sentence]!)));
    own.forEach((sentence, i) => {
      const from = i * length * width;
      x.set(values.subarray(from, from + length * width), firsts[sentence]! * width);
    });
  }
  return x;
}
