/** Why a head looks at the negator: its score there, less that of the twin, split exactly over what earlier parts write. */

import type { Tensor } from "../../hooks/tensor.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { dot, timesEach } from "../../study/readout.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import { type AlignedPair, preparePairs } from "../../study/rows/prepare.ts";
import type { NamedHead } from "../../tables/nodes.ts";
import { attendBatches } from "./attend.ts";

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
  const numbersOf = async (name: string) => await weights.get(name);
  const gain = await numbersOf(`${own}.ln1.w`);
  const [keys, queries] = [await numbersOf(`${own}.attn.W_K`), await numbersOf(`${own}.attn.W_Q`)];
  const matrices = [keys, queries].map((matrix) => matrix.row(head - 1));
  const outputs: Tensor[] = [];
  for (const block of before) outputs.push(await numbersOf(`${block}.attn.W_O`));
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
const PAIRS_AT_ONCE = 16;

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
  for (let first = 0; first < found.length && splits.length > 0; first += PAIRS_AT_ONCE) {
    const batch = found.slice(first, first + PAIRS_AT_ONCE);
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

export function sumOf(parts: Iterable<number>): number {
  let sum = 0;
  for (const part of parts) sum += part;
  return sum;
}
