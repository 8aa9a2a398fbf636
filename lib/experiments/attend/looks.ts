/** Why a head looks at the negator: its score there, less that of the twin, split exactly over what earlier parts write. */

import type { Tensor } from "../../hooks/tensor.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { dot, timesEach } from "../../study/readout.ts";
import type { NamedHead } from "../../tables/nodes.ts";

/** Where a sender writes: at the word that is looked at, or at the token that looks. */
export const ENDS = ["key", "query"] as const;

export type End = typeof ENDS[number];

/** A head's score at the negator less that at the twin, split. */
export interface HeadLook extends NamedHead {
  /** The position in the negated sentence from which it looks; -1 where that token or the negator has no counterpart, and nothing is split. */
  readonly query: number;
  /** The part of each sender at the key, then at the query, in the order of {@linkcode sendersTo}; they add up to the difference of the scores. */
  readonly parts: readonly number[];
}

/** What reaches a head: the embeddings, each earlier head and MLP, the change of the layer norm's scale, and what an edit of activations adds. */
export function sendersTo(layer: number, heads: number): string[] {
  const earlier = Array.from({ length: layer - 1 }, (_, block) => [
    ...Array.from({ length: heads }, (_, head) => `${block + 1}.${head + 1}`),
    `mlp ${block + 1}`,
  ]);
  return ["embedding", "position", ...earlier.flat(), "scale", "rest"];
}

/** A sender in words. */
export function nameOfSender({ at, sender }: { readonly at: End; readonly sender: string }) {
  if (at === "key" && /^(embedding|position)$/.test(sender)) return `the word's own ${sender}`;
  const what = sender.replace(/^(?=\d)/, "head ").replace(/^(?=embedding|position)/, "the ")
    .replace("scale", "the layer norm's scale").replace("rest", "an edit");
  return `${what} at ${at === "key" ? "the word" : "the token that looks"}`;
}

/** What a head reads by its keys or queries: for each number of its width, a vector whose product with a sender's value is that number. */
interface Reader {
  /** For the residual stream, [width]: the layer norm's gain x W, less its mean. */
  readonly stream: readonly Float64Array[];
  /** For what the heads of each earlier block mix before W_O, [head, head width]. */
  readonly mixed: readonly (readonly Float64Array[])[];
}

/** A value of a run of one sentence by its hook point. */
type Values = (hook: string) => Tensor;

/** Splits the looks of some heads. */
export interface Looks {
  readonly heads: readonly NamedHead[];
  /** The hook points that are read. */
  readonly hooks: readonly string[];
  /** Splits the difference of the head at a place among `heads`, which looks from a position of the negated sentence. */
  split(place: number, pair: AlignedPair, run: {
    readonly query: number;
    readonly negated: Values;
    readonly affirmative: Values;
  }): HeadLook;
}

/**
 * Reads the weights of heads. Queries and keys are sums over senders, divided by the layer norm's scale. Of two sentences
 *
 *     q k - q' k' = mean(q) (k - k') + (q - q') mean(k)
 *
 * so that a sender counts by what it changes of the key, with the mean of both queries, and by what it changes of the query, with that of
 * both keys. The mean scale of both sentences is held; `scale` is what its change adds, and `rest` what is left: rounding, or an edit.
 * Biases are the same in both sentences.
 *
 * @returns Undefined where the graph lacks some of the weights or values.
 */
export async function readLooks(
  text: TextTower,
  { heads, epsilon }: { readonly heads: readonly NamedHead[]; readonly epsilon: number },
): Promise<Looks | undefined> {
  const { weights, tower } = text;
  const hooks = [...new Set(heads.flatMap(hooksOf))];
  const isReachable = hooks.every((name) => !tower.unreachable.has(name)) &&
    heads.flatMap(weightsOf).every((name) => !weights.unreachable.has(name));
  if (!isReachable) return undefined;
  const readers: Readonly<Record<End, Reader>>[] = [];
  for (const head of heads) {
    const [key, query] = [await readerOf(text, head, "W_K"), await readerOf(text, head, "W_Q")];
    readers.push({ key, query });
  }
  const split: Looks["split"] = (place, { negator, alignment }, { query, ...runs }) => {
    const { layer, head } = heads[place]!;
    const [reads, twin] = [alignment[query], alignment[negator]];
    if (reads === undefined || twin === undefined) {
      const parts = new Array<number>(partsOf({ layer }, tower.shape.heads)).fill(0);
      return { layer, head, query: -1, parts };
    }
    const places = { key: [negator, twin], query: [query, reads] } as const;
    const valuesAt = (end: End) => (hook: string) =>
      [runs.negated, runs.affirmative].map((values, i) => values(hook).row(places[end][i]!));
    const numbersAt = (end: End) =>
      valuesAt(end)(`blocks.${layer - 1}.attn.hook_${end[0]}`)
        .map((value) => value.row(head - 1).data);
    const parts = ENDS.flatMap((end) => {
      const [own, other] = [numbersAt(end), numbersAt(end === "key" ? "query" : "key")];
      const mean = Float64Array.from(other[0]!, (x, j) => (x + other[1]![j]!) / 2)
        .map((x) => x / Math.sqrt(other[0]!.length));
      const whole = dot(own[0]!, mean) - dot(own[1]!, mean);
      const values = (hook: string) => valuesAt(end)(hook).map(({ data }) => data);
      const sent = partsAt(layer, { ...{ mean, values, epsilon }, reader: readers[place]![end] });
      return [...sent, whole - sumOf(sent)];
    });
    return { layer, head, query, parts };
  };
  return { heads, hooks, split };
}

/** What each sender at one end adds, with the mean of the other end. */
function partsAt(layer: number, { reader, mean, values, epsilon }: {
  readonly reader: Reader;
  readonly mean: Float64Array;
  /** The values in both sentences. */
  readonly values: (hook: string) => readonly Float32Array[];
  readonly epsilon: number;
}): number[] {
  const direction = weighted(reader.stream, mean);
  const stream = values(`blocks.${layer - 1}.hook_resid_pre`);
  const [by, byTwins] = stream.map((x) => 1 / scaleOf(x, epsilon)) as [number, number];
  const held = (by + byTwins) / 2;
  const sent = (hook: string, to = direction, first = 0, count = to.length) => {
    const [x, y] = values(hook).map((value) => dot(value, to, { from: first, first, count }));
    return held * (x! - y!);
  };
  const size = mean.length;
  const earlier = reader.mixed.flatMap((mixed, block) => {
    const own = weighted(mixed, mean);
    return [
      ...Array.from(
        { length: own.length / size },
        (_, head) => sent(`blocks.${block}.attn.hook_z`, own, head * size, size),
      ),
      sent(`blocks.${block}.hook_mlp_out`),
    ];
  });
  const [x, y] = stream.map((vector) => dot(vector, direction)) as [number, number];
  return [sent("hook_embed"), sent("hook_pos_embed"), ...earlier, (by - byTwins) * (x + y) / 2];
}

/** The number of parts of a look. */
export function partsOf({ layer }: Pick<NamedHead, "layer">, heads: number): number {
  return ENDS.length * sendersTo(layer, heads).length;
}

export function sumOf(parts: Iterable<number>): number {
  let sum = 0;
  for (const part of parts) sum += part;
  return sum;
}

function hooksOf({ layer }: NamedHead): string[] {
  const own = ["hook_resid_pre", "attn.hook_q", "attn.hook_k"];
  return [
    ...["hook_embed", "hook_pos_embed"],
    ...earlierBlocks(layer, ["attn.hook_z", "hook_mlp_out"]),
    ...own.map((name) => `blocks.${layer - 1}.${name}`),
  ];
}

function weightsOf({ layer }: NamedHead): string[] {
  const own = ["ln1.w", "attn.W_Q", "attn.W_K"];
  return [
    ...own.map((name) => `blocks.${layer - 1}.${name}`),
    ...earlierBlocks(layer, ["attn.W_O"]),
  ];
}

function earlierBlocks(layer: number, names: readonly string[]): string[] {
  return Array.from(
    { length: layer - 1 },
    (_, block) => names.map((name) => `blocks.${block}.${name}`),
  ).flat();
}

async function readerOf(
  { weights }: TextTower,
  { layer, head }: NamedHead,
  name: "W_Q" | "W_K",
): Promise<Reader> {
  const own = `blocks.${layer - 1}`;
  const gain = (await weights.get(`${own}.ln1.w`)).toTensor().data;
  const { data, shape } = (await weights.get(`${own}.attn.${name}`)).row(head - 1).toTensor();
  const [width, size] = shape as [number, number];
  const stream = Array.from({ length: size }, (_, j) => {
    const column = Float64Array.from(gain, (g, i) => g * data[i * size + j]!);
    const mean = sumOf(column) / width;
    return column.map((x) => x - mean);
  });
  const mixed = [];
  for (const output of earlierBlocks(layer, ["attn.W_O"])) {
    mixed.push(timesEach((await weights.get(output)).toTensor().data, stream));
  }
  return { stream, mixed };
}

function weighted(vectors: readonly Float64Array[], by: Float64Array): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  vectors.forEach((vector, j) => {
    for (let i = 0; i < sum.length; i++) sum[i]! += by[j]! * vector[i]!;
  });
  return sum;
}

/** What a layer norm divides by. */
function scaleOf(vector: Float32Array, epsilon: number): number {
  const width = vector.length;
  let [mean, squares] = [0, 0];
  for (let i = 0; i < width; i++) mean += vector[i]! / width;
  for (let i = 0; i < width; i++) squares += (vector[i]! - mean) ** 2;
  return Math.sqrt(squares / width + epsilon);
}
