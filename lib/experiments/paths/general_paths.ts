/** Path patching by the general engine, which stops at every hook point that it reads or changes. */

import { runHooked } from "../../engine/run/hooked_run.ts";
import { runVariants, type Variant } from "../../engine/run/variants.ts";
import type { Tower } from "../../engine/tower.ts";
import type { ActivationCache } from "../../hooks/cache.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { idsInput } from "../../model/text/text_tower.ts";
import type { GroupResult } from "../../subject/once_per_group.ts";
import type { AlignedPair } from "../../subject/prepare.ts";
import type { NamedHead } from "../../tables/head_names.ts";
import { type PathEdge, pathEdges, type Sender } from "../sweep/paths/path_edges.ts";

/** The hook point of the embeddings, in which the sentences differ at the negator alone. */
const EMBEDDINGS = "blocks.0.hook_resid_pre";

/** The most bytes of receivers' values in memory at once. */
const MOST_BYTES = 2 ** 26;

/** The value that an edge gives to its receiver's part, [position x head width], by the edge's place. */
type EdgeValues = Map<number, Float32Array>;

/**
 * Patches all paths.
 *
 * @param tower The text tower.
 * @param pairs Minimal pairs.
 * @param receivers The receivers in the order layer, head.
 * @returns The results, batch by batch; none depends on the other pairs.
 */
export async function* generalPaths(
  tower: Tower,
  pairs: readonly AlignedPair[],
  receivers: readonly NamedHead[],
): AsyncGenerator<GroupResult[]> {
  const { heads, width } = tower.shape;
  const edges = pathEdges(receivers, heads);
  const lengths = Map.groupBy(pairs.keys(), (index) => pairs[index]!.negated.ids.length);
  for (const [length, indices] of lengths) {
    const bytes = edges.length * length * (width / heads) * Float32Array.BYTES_PER_ELEMENT;
    const size = Math.max(1, Math.floor(MOST_BYTES / bytes));
    for (let first = 0; first < indices.length; first += size) {
      const own = indices.slice(first, first + size);
      for await (const results of patchChunk(tower, own.map((index) => pairs[index]!), edges)) {
        yield results.map(({ index, ...result }) => ({ index: own[index]!, ...result }));
      }
    }
  }
}

/** Patches all paths in some pairs of equal length. */
async function* patchChunk(
  tower: Tower,
  pairs: readonly AlignedPair[],
  edges: readonly PathEdge[],
): AsyncGenerator<GroupResult[]> {
  const values = await valuesOfEdges(tower, pairs, edges);
  const jobs = pairs.map(({ affirmative: { ids } }, i) => ({
    ids,
    variants: edges.map((edge, place): Variant => {
      const own = values[i]!.get(place)!;
      const give = (value: Tensor) => writeHead(value, edge.receiver.head, own);
      return { changes: new Map([[partHook(edge), give]]) };
    }),
  }));
  for await (const results of runVariants(tower, jobs, idsInput)) {
    yield results.map(({ job, variant, embedding }) => (
      { index: job, place: variant, embedding }
    ));
  }
}

/** The first runs, one for each sender: with all heads fixed, a receiver's values do not depend on which receivers there are. */
async function valuesOfEdges(
  tower: Tower,
  pairs: readonly AlignedPair[],
  edges: readonly PathEdge[],
): Promise<EdgeValues[]> {
  const blocks = Math.max(...edges.map(({ receiver }) => receiver.layer)) - 1;
  const fixed = Array.from({ length: blocks }, (_, block) => headsHook(block + 1));
  const ids = pairs.flatMap(({ negated, affirmative }) => [negated.ids, affirmative.ids]);
  const { cache } = await runHooked(tower, {
    batches: [{ rows: [...ids.keys()], positions: ids[0]!.length, input: () => idsInput(ids) }],
    rowNames: pairs.flatMap(({ negated, affirmative }) => [negated.sentence, affirmative.sentence]),
    keep: [EMBEDDINGS, ...fixed],
  });
  const bySender = [...Map.groupBy(edges.entries(), ([, { sender }]) => sender)];
  const values = pairs.map((): EdgeValues => new Map());
  const jobs = pairs.map(({ affirmative, negator }, i) => ({
    ids: affirmative.ids,
    variants: bySender.map(([sender, own]) => {
      const changes = sending(sender, { cache, row: 2 * i, negator, fixed });
      // Reads what the receivers get, without keeping the values of all other heads beside it.
      for (const [hook, ofHook] of Map.groupBy(own, ([, edge]) => partHook(edge))) {
        changes.set(hook, (value) => {
          for (const [place, { receiver }] of ofHook) {
            values[i]!.set(place, readHead(value, receiver.head));
          }
        });
      }
      return { changes };
    }),
  }));
  for await (const _ of runVariants(tower, jobs, idsInput)); // only the values count
  return values;
}

/** The changes of a first run: the sender has the negated sentence's value, and all heads after it the affirmative one's. */
function sending(
  { layer, head }: Sender,
  { cache, row, negator, fixed }: {
    readonly cache: ActivationCache;
    /** The cache's row of the negated sentence; the affirmative one's is the next. */
    readonly row: number;
    readonly negator: number;
    /** The hook points of the heads, block by block. */
    readonly fixed: readonly string[];
  },
): Map<string, (value: Tensor) => void> {
  const changes = new Map<string, (value: Tensor) => void>();
  fixed.forEach((hook, block) => {
    if (block < layer - 1) return; // nothing has changed there
    const own = cache.row(hook, row + 1).data;
    changes.set(hook, (value) => {
      value.data.set(own);
      if (block !== layer - 1) return;
      writeHead(value, head!, readHead(cache.row(hook, row), head!));
    });
  });
  if (head !== undefined) return changes;
  const sent = cache.row(EMBEDDINGS, row).row(negator).data;
  return changes.set(EMBEDDINGS, (value) => value.row(negator).data.set(sent));
}

/** One head's part of a value [position, head, head width], as [position x head width]. */
function readHead(value: Tensor, head: number): Float32Array {
  const [positions, , size] = value.shape as [number, number, number];
  const own = new Float32Array(positions * size);
  for (let position = 0; position < positions; position++) {
    const start = placeOf(value, position, head);
    own.set(value.data.subarray(start, start + size), position * size);
  }
  return own;
}

/** Replaces one head's part of a value. */
function writeHead(value: Tensor, head: number, own: Float32Array): void {
  const [positions, , size] = value.shape as [number, number, number];
  for (let position = 0; position < positions; position++) {
    const from = own.subarray(position * size, (position + 1) * size);
    value.data.set(from, placeOf(value, position, head));
  }
}

/** Where the numbers of a head, from 1, begin at a position. */
function placeOf(value: Tensor, position: number, head: number): number {
  return position * value.stride(0) + (head - 1) * value.stride(1);
}

/** The hook point of all heads' mixed values of a block, from 1. */
function headsHook(layer: number): string {
  return `blocks.${layer - 1}.attn.hook_z`;
}

/** The hook point of the part of its receiver that an edge goes through. */
function partHook({ receiver, part }: Pick<PathEdge, "receiver" | "part">): string {
  return `blocks.${receiver.layer - 1}.attn.hook_${part}`;
}
