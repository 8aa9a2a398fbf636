/** Which attention heads look at the negator (Quantmeyer et al. 2024, section 5). */

import { sumOf } from "../../stats/columns.ts";
import type { RunOptions } from "../../engine/run/hooked_run.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Role } from "../../data/align.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { type AlignedPair, preparePairs } from "../../study/rows/prepare.ts";
import type { Progress } from "../../study/embeddings.ts";
import { batchesOf, type KeptRows } from "../../study/rows/once_per_group.ts";
import type { AlignedRow } from "../../study/rows/score_rows.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { dot, timesEach } from "../../study/readout.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import type { NamedHead } from "../../tables/nodes.ts";

/** How one head's attention to the negator differs between the sentences of a pair. */
export interface HeadDifferences {
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
  /**
   * For each position of the negated sentence: A_negated[q, negator] - A_affirmative[q', negator'], 0 before the negator if attention is causal.
   * A plain list of so few numbers takes a third of a typed array's memory.
   */
  readonly byQuery: readonly number[];
  /** The largest difference over queries after the negator; without a causal mask over all queries but the negator. */
  readonly largest: number;
  /**
   * The largest difference with the sentences exchanged: over the affirmative sentence's queries after the twin, or all but the twin,
   * A_affirmative - A_negated.
   * A head that treats both words alike has as much of it by chance. Undefined if the negator has no twin.
   */
  readonly swapped: number | undefined;
}

export const PATTERNS = "blocks.*.attn.hook_pattern";

/**
 * Compares how much each head attends to the negator in a negated sentence and to its twin in the affirmative one, batch by batch: a pair
 * has the same numbers in any of them. Where the query or the negator has no counterpart in the other sentence, the attention there counts
 * as 0. The heads of a pair are in the order layer, head.
 */
export async function* attendBatches(
  text: TextTower,
  pairs: readonly AlignedPair[],
  changes: RunOptions = {},
): AsyncGenerator<{ readonly pair: AlignedPair; readonly heads: HeadDifferences[] }[]> {
  await text.tower.prepare([PATTERNS]);
  for (const batch of batchesOf(pairs)) {
    const sentences = batch.flatMap((pair) => [pair.negated.sentence, pair.affirmative.sentence]);
    const { cache } = await text.runWithCache(sentences, [PATTERNS], changes);
    yield batch.map((pair, i) => ({
      pair,
      heads: headsIn(
        text,
        pair,
        numbersOf(text, pair, (hook) => [0, 1].map((k) => cache.row(hook, 2 * i + k))),
      )!,
    }));
  }
}

/** The differences in the order layer, head, query; after those of a head the largest with the sentences exchanged, if there is one. */
function numbersOf(
  { tower: { shape }, family: { causal } }: TextTower,
  { negator, alignment, affirmative: { ids } }: AlignedPair,
  valuesOf: (hook: string) => Tensor[],
): number[] {
  const twin = alignment[negator];
  const sources = ids.map((_, position) => alignment.indexOf(position));
  return Array.from({ length: shape.layers * shape.heads }, (_, place) => {
    const values = valuesOf(PATTERNS.replace("*", `${Math.floor(place / shape.heads)}`));
    const [negated, affirmative] = values.map((value) => value.row(place % shape.heads));
    const byQuery = alignment.map((target, query) => {
      if (causal && query < negator) return 0;
      const other = target === undefined || twin === undefined ? 0 : affirmative!.at(target, twin);
      return negated!.at(query, negator) - other;
    });
    if (twin === undefined) return byQuery;
    const swapped = sources.flatMap((source, query) =>
      query > twin || !causal && query < twin
        ? [affirmative!.at(query, twin) - (source < 0 ? 0 : negated!.at(source, negator))]
        : []
    );
    return [...byQuery, largestOf(swapped)];
  }).flat();
}

/** The heads of a pair in its numbers; undefined if their count does not fit. */
function headsIn(
  { tower: { shape: { layers, heads } }, family: { causal } }: TextTower,
  { alignment, alignment: { length }, negator }: AlignedPair,
  numbers: readonly number[] | undefined,
): HeadDifferences[] | undefined {
  const size = length + (alignment[negator] === undefined ? 0 : 1);
  if (numbers?.length !== layers * heads * size) return undefined;
  return Array.from({ length: layers * heads }, (_, place) => {
    const ofHead = numbers.slice(place * size, (place + 1) * size);
    const byQuery = ofHead.slice(0, length);
    const others = byQuery.filter((_, query) => query > negator || !causal && query < negator);
    const [layer, head] = [Math.floor(place / heads) + 1, place % heads + 1];
    return { layer, head, byQuery, largest: largestOf(others), swapped: ofHead[length] };
  });
}

function largestOf(differences: readonly number[]): number {
  return differences.reduce((max, x) => Math.max(max, x), -Infinity);
}

/** A row's difference for one role: the largest over the role's tokens, or 0 if the row has none. */
export function differenceByRole(
  { roles }: Pick<AlignedPair, "roles">,
  { byQuery }: HeadDifferences,
  role: Role,
): number {
  const values = byQuery.filter((_, position) => roles[position] === role);
  return values.length === 0 ? 0 : Math.max(...values);
}

/**
 * Compares the heads of every row's two sentences. Returns the heads of each sentence pair, in the order layer, head. Kept are, by row id, its
 * {@linkcode numbersOf}.
 */
export async function attendRows(
  text: TextTower,
  rows: readonly AlignedRow[],
  { kept, progress }: { readonly kept?: KeptRows; readonly progress?: Progress } = {},
): Promise<ReadonlyMap<AlignedPair, readonly HeadDifferences[]>> {
  const rowsOfPair = Map.groupBy(rows, ({ aligned }) => aligned);
  const heads = new Map<AlignedPair, readonly HeadDifferences[]>();
  for (const [pair, sharing] of rowsOfPair) {
    const known = sharing.map((row) => headsIn(text, pair, kept?.get(row.pair.id)));
    if (known.every((values) => values !== undefined)) heads.set(pair, known[0]!);
  }
  const unfinished = [...rowsOfPair.keys()].filter((pair) => !heads.has(pair));
  for await (const batch of attendBatches(text, unfinished)) {
    for (const { pair, heads: made } of batch) {
      heads.set(pair, made);
      const values = made.flatMap(({ byQuery, swapped }) => [...byQuery, swapped ?? []].flat());
      for (const row of rowsOfPair.get(pair)!) await kept?.keep(row.pair.id, values);
    }
    progress?.(heads.size, rowsOfPair.size);
  }
  return heads;
}

/** Where a sender writes: at the word that is looked at, or at the token that looks. */
export const ENDS = ["key", "query"] as const;

/** What reaches a head: the embeddings, each earlier head and MLP, the change of the layer norm's scale, and what an edit of activations adds. */
export function sendersTo(layer: number, heads: number): string[] {
  const earlier = Array.from({ length: layer - 1 }, (_, block) => [
    ...Array.from({ length: heads }, (_, head) => `${block + 1}.${head + 1}`),
    `mlp ${block + 1}`,
  ]);
  return ["embedding", "position", ...earlier.flat(), "scale", "rest"];
}

/** A head's look in one pair. */
export interface Look extends NamedHead {
  /** What each sender writes at the key, in the order of {@linkcode sendersTo}, then at the query; none where a token has no counterpart. */
  readonly parts: readonly number[];
}

/**
 * Reads the weights of a head. Its queries and keys are sums over senders, divided by the layer norm's scale. Of two sentences
 *
 *     q k - q' k' = mean(q) (k - k') + (q - q') mean(k)
 *
 * so that a sender counts by what it changes of the key, with the mean of both queries, and by what it changes of the query, with that of
 * both keys. The mean of both scales is held; `scale` is what their change adds, and `rest` what is left: rounding, or an edit. Biases are
 * the same in both sentences.
 *
 * @returns Undefined where the graph lacks one of the weights or values.
 */
export async function readSplit(
  { weights, tower, family: { causal } }: TextTower,
  { layer, head }: NamedHead,
) {
  const own = `blocks.${layer - 1}`;
  const before = Array.from({ length: layer - 1 }, (_, block) => `blocks.${block}`);
  const named = (names: readonly string[]) => names.map((name) => `${own}.${name}`);
  const read = [
    ...before.map((block) => `${block}.attn.W_O`),
    ...named(["ln1.w", "attn.W_K", "attn.W_Q"]),
  ];
  const hooks = [
    ...["hook_embed", "hook_pos_embed"],
    ...before.flatMap((block) => [`${block}.attn.hook_z`, `${block}.hook_mlp_out`]),
    ...named(["hook_resid_pre", "ln1.hook_scale", "attn.hook_q", "attn.hook_k"]),
  ];
  const isUnreachable = hooks.some((name) => tower.unreachable.has(name)) ||
    read.some((name) => weights.unreachable.has(name));
  if (isUnreachable) return undefined;
  const gain = await weights.get(`${own}.ln1.w`);
  const [keys, queries] = [
    await weights.get(`${own}.attn.W_K`),
    await weights.get(`${own}.attn.W_Q`),
  ];
  const matrices = [keys, queries].map((matrix) => matrix.row(head - 1));
  const outputs: Tensor[] = [];
  for (const block of before) outputs.push(await weights.get(`${block}.attn.W_O`));
  const [, size] = matrices[0]!.shape as [number, number];
  /** The parts of a look from a query in the negated sentence, with the values of a run of each sentence; none where nothing is to be split. */
  const parts = (
    { negator, alignment }: Pick<AlignedPair, "negator" | "alignment">,
    query: number,
    runs: readonly ((hook: string) => Tensor)[],
  ): number[] => {
    const [reads, twin] = [alignment[query], alignment[negator]];
    const isSeen = query >= negator || !causal;
    if (reads === undefined || twin === undefined || !isSeen) return [];
    const places = [[negator, twin], [query, reads]];
    const at = (hook: string, end: number) =>
      runs.map((values, side) => values(hook).row(places[end]![side]!).data);
    const ends = ["k", "q"].map((name, end) => at(`${own}.attn.hook_${name}`, end));
    const means = ends.toReversed().map(([a, b]) =>
      Float64Array.from({ length: size }, (_, j) => {
        const place = (head - 1) * size + j;
        return (a![place]! + b![place]!) / (2 * Math.sqrt(size));
      })
    );
    const directions = means.map((mean, end) =>
      readBy(gain.data, timesEach(matrices[end]!.data, [mean])[0]!)
    );
    const mixed = outputs.map(({ data }) => timesEach(data, directions));
    return directions.flatMap((direction, end) => {
      const [by, byTwins] = at(`${own}.ln1.hook_scale`, end).map(([scale]) => 1 / scale!);
      const held = (by! + byTwins!) / 2;
      const sent = (hook: string, to = direction, from = 0) =>
        held * changeOf(at(hook, end), to, from);
      const earlier = before.flatMap((block, i) => [
        ...Array.from({ length: tower.shape.heads }, (_, head) => {
          const from = head * size;
          return sent(`${block}.attn.hook_z`, mixed[i]![end]!.subarray(from, from + size), from);
        }),
        sent(`${block}.hook_mlp_out`),
      ]);
      const [a, b] = at(`${own}.hook_resid_pre`, end).map((x) => dot(x, direction) / 2);
      const known = [
        ...[sent("hook_embed"), sent("hook_pos_embed"), ...earlier],
        (by! - byTwins!) * (a! + b!),
      ];
      const whole = changeOf(ends[end]!, means[end]!, (head - 1) * size);
      return [...known, whole - sumOf(known)];
    });
  };
  return { layer, head, hooks, parts };
}

/** What a direction reads of the first vector, from a place in it, less the same of the second. */
function changeOf(
  [x, y]: readonly Float32Array[],
  direction: Float64Array,
  from: number,
): number {
  return dot(x!, direction, { from }) - dot(y!, direction, { from });
}

/** What reads a vector before the layer norm as a direction reads it after, but for the scale: with the gain, and without a mean. */
function readBy(gain: Float32Array, direction: Float64Array): Float64Array {
  const own = direction.map((x, i) => x * gain[i]!);
  const mean = sumOf(own) / own.length;
  return own.map((x) => x - mean);
}

/** The pairs that run together: all that the stream is made of is in memory at once, 140 MB in the largest towers. */
const SPLIT_AT_ONCE = 16;

/** The rows from which the pairs are taken, the most pairs whose looks are split, and the most heads. */
const FIRST = { rows: 400, pairs: 100, heads: 3 };

/**
 * Splits the looks of the heads that look at the negator more than at its twin, by a mean of {@linkcode LEAST_SHARE} or more, in the first
 * pairs that have a twin, each from the query of its largest difference.
 *
 * @returns The looks of these pairs, the same in all shards, by their {@linkcode pairName}; none where a graph lacks what this takes.
 */
export async function firstLooks(
  text: TextTower,
  { drawn, protocol }: Pick<StudyInputs, "drawn" | "protocol">,
): Promise<ReadonlyMap<string, readonly Look[]>> {
  const pairs = preparePairs(text, drawn.slice(0, FIRST.rows), { protocol }).distinct
    .filter(({ alignment, negator }) => alignment[negator] !== undefined).slice(0, FIRST.pairs);
  const found = (await Array.fromAsync(attendBatches(text, pairs))).flat();
  const looking = (found[0]?.heads ?? []).map((head, i) => {
    const above = found.map(({ heads }) => heads[i]!.largest - heads[i]!.swapped!);
    return { ...head, mean: sumOf(above) / found.length };
  }).filter(({ mean }) => mean >= LEAST_SHARE).sort((a, b) => b.mean - a.mean);
  const heads = looking.slice(0, FIRST.heads);
  const splits = (await Array.fromAsync(heads, (head) => readSplit(text, head)))
    .filter((split) => split !== undefined);
  const looks = new Map<string, readonly Look[]>();
  const hooks = [...new Set(splits.flatMap(({ hooks }) => hooks))];
  for (const batch of batchesOf(splits.length > 0 ? found : [], SPLIT_AT_ONCE)) {
    const sentences = batch.flatMap(({ pair: { negated, affirmative } }) => [negated, affirmative]);
    const { cache } = await text.runWithCache(sentences.map(({ sentence }) => sentence), hooks);
    batch.forEach(({ pair, heads }, i) => {
      const runs = [2 * i, 2 * i + 1].map((row) => (hook: string) => cache.row(hook, row));
      const own = splits.map(({ layer, head, parts }) => {
        const { byQuery, largest } = heads[(layer - 1) * text.tower.shape.heads + head - 1]!;
        return { layer, head, parts: parts(pair, byQuery.indexOf(largest), runs) };
      });
      looks.set(pairName(pair), own);
    });
  }
  return looks;
}

/** The name of a pair, apart from that of the same sentences with another negator. */
export function pairName({ key, negator }: AlignedPair): string {
  return `${negator} ${key}`;
}
