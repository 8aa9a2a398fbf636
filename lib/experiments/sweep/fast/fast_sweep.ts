/** The sweep by the fast schedule: pairs are grouped, and groups are divided among streams. */

import type { Cell } from "../trace_cells.ts";
import { embedGroup, onceThrough } from "./embed_group.ts";
import type { SweepPair, SweepResult } from "../general_sweep.ts";
import { type FastSite, groupPairs, schedulePair } from "./groups.ts";
import { scheduleHeads } from "./head_schedule.ts";
import { type BaseRow, type SchedulePair, scheduleSweep } from "./schedule.ts";
import type { BlockWork } from "../streams/stream.ts";
import type { SweepStreams } from "../streams/streams.ts";

/** A patched run and where it is patched, at any layer. */
interface PlacedRun {
  readonly pair: number;
  readonly position: number;
  /** The head, from 0, at site z. */
  readonly head?: number;
  readonly rows: readonly number[];
}

/** The runs that some pairs need. */
interface Layout<Run extends PlacedRun> {
  readonly base: readonly BaseRow[];
  readonly runs: readonly Run[];
  readonly work: (x: Float32Array, runs: readonly Run[]) => BlockWork;
}

/**
 * Runs all cells of kind `run` of pairs that `fitsFastSweep` accepts.
 *
 * @param streams The text tower's blocks.
 * @param pairs The pairs with their cells.
 * @param site The patched site.
 * @returns The results, one pair at a time; no bit depends on the grouping or on the number of streams.
 */
export function fastSweep(
  streams: SweepStreams,
  pairs: readonly SweepPair[],
  site: FastSite,
): AsyncGenerator<SweepResult[]> {
  const groups = groupPairs(pairs, { ...streams.shape, streams: streams.count, site });
  return streams.inParts(groups, ({ members }) => {
    const own = members.map((index) => ({ index, ...pairs[index]! }));
    const asked = own.map(schedulePair);
    return site === "z"
      ? sweepGroup(streams, own, headLayout(asked, streams.shape.heads))
      : sweepGroup(streams, own, patchLayout(asked));
  });
}

function patchLayout(pairs: readonly SchedulePair[]): Layout<PlacedRun> {
  const { base, runs, ...schedule } = scheduleSweep(pairs);
  return { base, runs, work: (x, runs) => ({ kind: "patch", x, schedule, runs }) };
}

function headLayout(pairs: readonly SchedulePair[], heads: number) {
  const { base, runs, ...schedule } = scheduleHeads(pairs, heads);
  type Run = typeof runs[number];
  const work = (x: Float32Array, runs: readonly Run[]): BlockWork => ({
    ...{ kind: "heads", x, schedule, runs },
  });
  return { base, runs, work } satisfies Layout<Run>;
}

/** Runs some pairs; the results of each are made when they are asked for, in the order of its cells. */
async function sweepGroup<Run extends PlacedRun>(
  streams: SweepStreams,
  pairs: readonly (SweepPair & { readonly index: number })[],
  { base, runs: all, work }: Layout<Run>,
): Promise<Iterable<SweepResult[]>> {
  const toRun = pairs.map(({ cells }) => cells.filter(({ kind }) => kind === "run"));
  const place = (pair: number, position: number, head = 0) => `${pair} ${head} ${position}`;
  const ofCell = (pair: number, { position, head }: Cell) =>
    place(pair, position, head === undefined ? 0 : head - 1);
  const asked = new Set(toRun.flatMap((cells, pair) => cells.map((cell) => ofCell(pair, cell))));
  const runs = all.filter(({ pair, position, head }) => asked.has(place(pair, position, head)))
    .sort((a, b) => a.rows.length - b.rows.length); // equal lengths attend together
  const embeddings = await embedGroup(streams, {
    base: base.map(({ pair, sentence, position }) => ({
      ids: pairs[pair]!.pair[sentence].ids,
      position,
    })),
    endTokens: runs.map(({ pair }) => pairs[pair]!.pair.affirmative.ids.at(-1)!),
    work: (x) => work(x, runs),
  });
  const runOf = new Map(
    runs.map(({ pair, position, head }, i) => [place(pair, position, head), i]),
  );
  return onceThrough(embeddings, pairs.keys(), (pair) =>
    toRun[pair]!.map((cell) => ({
      ...{ index: pairs[pair]!.index, cell },
      embedding: embeddings.of(cell.layer - 1, runOf.get(ofCell(pair, cell))!),
    })));
}
