/** S of every row with parts of another model: its residual streams, its weights, its image tower. */

import type { ChangedWeight } from "../../engine/weights/changed_weights.ts";
import type { Weights } from "../../engine/weights/weights.ts";
import { drawAlike, drawDistinct, seededRandom } from "../../stats/random.ts";
import type { Option } from "../../options/option.ts";
import { circuitIn } from "../circuit/options.ts";
import { allNodes, type Node, nodeName, type NodeSizes, readNode } from "../../tables/nodes.ts";
import { idsInput } from "../../engine/run/hooked_run.ts";
import { runVariants, type Variant } from "../../engine/changes/general_changes.ts";
import type { Tower } from "../../engine/run/tower.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { type GroupResult, inParts, oncePerPair } from "../../study/rows/once_per_group.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";
import type { Role } from "../../data/align.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { type Embeddings, embedTexts } from "../../study/embeddings.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import type { ScoredRow } from "../../study/rows/score_rows.ts";
import { placesOf as rolesOf } from "../../study/sentences/placing.ts";
import type { OtherModel, Study } from "../../study/study.ts";
import { siteHook } from "../trace/trace.ts";

/** The parts to take: each head and MLP by itself, or a set of them by their names. */
type Parts = "each" | readonly string[];

export const PARTS: Option<Parts | undefined> = {
  help:
    "also takes the weights of these heads and MLPs: each by itself, a list such as 5.3,mlp 6, or a circuit's folder or circuit.json",
  placeholder: "each|LIST|FILE",
  standard: undefined,
  expected:
    "each, heads and MLPs such as 5.3,mlp 6, or the folder or circuit.json of a circuit's run",
  parse: (text, files) => {
    if (text.trim() === "each") return "each";
    const named = text.split(/,(?![^(]*\))(?! *head \d+ *(?:,|$))/).map((part) =>
      readNode(part.trim())
    );
    if (named.every((node) => node !== undefined)) return [...new Set(named.map(nodeName))];
    return files === undefined ? undefined : circuitIn(text, files)?.nodes;
  },
  print: (parts) => typeof parts === "string" ? parts : parts?.join(","),
  brief: (parts) => typeof parts === "object" ? `(${parts.length} parts)` : parts ?? "",
};

export interface PartSet {
  readonly name: string;
  readonly nodes: readonly Node[];
}

export const CHOSEN = "chosen";

const RANDOM = "random ";

export function isRandomSet(name: string): boolean {
  return name.startsWith(RANDOM);
}

/** The sets to take: each part, or the chosen ones together, and if they are several so many random sets with as many heads and MLPs, as far as there are different ones. */
export function partSets(
  parts: Parts | undefined,
  sizes: NodeSizes,
  { seed, random }: { readonly seed: number; readonly random: number },
): PartSet[] {
  if (parts === undefined) return [];
  const all = allNodes(sizes);
  if (parts === "each") return all.map((node) => ({ name: nodeName(node), nodes: [node] }));
  const nodes = parts.map((name) => readNode(name)!);
  if (nodes.length === 1) return [{ name: parts[0]!, nodes }];
  const draws = seededRandom(seed);
  const others = drawDistinct(
    () => drawAlike(nodes, all, { kindOf: ({ kind }) => kind, random: draws }),
    { count: random, keyOf: nodeName, excluded: [nodes] },
  );
  return [
    { name: CHOSEN, nodes },
    ...others.map((nodes, i) => ({ name: `${RANDOM}${i + 1}`, nodes })),
  ];
}

const OF_HEAD = ["W_Q", "b_Q", "W_K", "b_K", "W_V", "b_V", "W_O"].map((name) => `attn.${name}`);
const OF_MLP = ["W_in", "b_in", "W_out", "b_out"].map((name) => `mlp.${name}`);

export function weightsOf({ kind, layer }: Node): string[] {
  return (kind === "head" ? OF_HEAD : OF_MLP).map((name) => `blocks.${layer - 1}.${name}`);
}

/** What changes in a tower that takes parts of another. */
export async function changesOf(
  nodes: readonly Node[],
  weights: Weights,
): Promise<ChangedWeight[]> {
  const changes: ChangedWeight[] = [];
  for (const node of nodes) {
    const index = node.head === undefined ? undefined : node.head - 1;
    for (const name of weightsOf(node)) {
      const whole = await weights.get(name);
      const values = index === undefined ? whole.data : whole.row(index).data.slice(); // not all heads
      changes.push({ name, values, ...index !== undefined && { index } });
    }
  }
  return changes;
}

export function streamHooks(layers: number): string[] {
  return Array.from({ length: layers + 1 }, (_, layer) => siteHook("resid", layer));
}

/**
 * The places of a sentence's runs among its numbers: `first` and `last` with each number of blocks from 0, B by itself, and the values at
 * each layer below the last and each position.
 */
function placesOf({ ids }: Pick<TokenizedSentence, "ids">, layers: number) {
  const stacks = layers + 1;
  const positions = ids.length;
  return {
    first: (blocks: number) => blocks,
    last: (blocks: number) => stacks + blocks,
    whole: 2 * stacks,
    value: (layer: number, position: number) => 2 * stacks + 1 + layer * positions + position,
    size: 2 * stacks + 1 + layers * positions,
  };
}

/** Few, so that a run that is stopped loses little. */
const PAIRS_AT_ONCE = 4;

/** Kept values of a run by hook point. */
type Streams = ReadonlyMap<string, Tensor>;

/**
 * Runs pairs in models A and B: a run joins the growing batch of its model where it takes the other model's stream, and goes only through
 * the blocks above. For N blocks a sentence takes N + N (N + 1) / 2 runs of a block in B, as many in A with N more for A's streams, and
 * those of the values. The numbers of a pair's negated sentence come first.
 */
export function transplantRuns(
  a: Tower,
  b: Tower,
  pairs: readonly AlignedPair[],
): AsyncGenerator<GroupResult[]> {
  const { layers } = a.shape;
  const blocks = Array.from({ length: layers + 1 }, (_, i) => i);
  const unchanged: Variant = { changes: new Map(), keep: streamHooks(layers) };
  return inParts(pairs, PAIRS_AT_ONCE, async function* (part) {
    const jobs = part.flatMap(({ negated, affirmative }, index) => [
      { index, offset: 0, sentence: negated },
      { index, offset: placesOf(negated, layers).size, sentence: affirmative },
    ]);
    const run = (tower: Tower, variantsOf: (job: number) => readonly Variant[]) => {
      const all = jobs.map(({ sentence: { ids } }, job) => (
        { of: ids, positions: ids.length, variants: variantsOf(job) }
      ));
      return runVariants(tower, all, (ids) => idsInput(ids));
    };
    const placed = (job: number, place: number, embedding: Float32Array): GroupResult => {
      const { index, offset } = jobs[job]!;
      return { index, place: offset + place, embedding };
    };
    const [ofA, ofB]: [Streams[], Streams[]] = [[], []]; // by job
    for await (const results of run(a, () => [unchanged])) {
      for (const { job, kept } of results) ofA[job] = kept;
    }
    const inB = (job: number) => [
      unchanged,
      ...blocks.map((count) => taking(ofA[job]!, layers - count)),
    ];
    for await (const results of run(b, inB)) {
      yield results.map(({ job, variant, kept, embedding }) => {
        const { whole, last } = placesOf(jobs[job]!.sentence, layers);
        if (variant === 0) ofB[job] = kept;
        return placed(job, variant === 0 ? whole : last(variant - 1), embedding);
      });
    }
    const inA = (job: number) => [
      ...blocks.map((layer) => taking(ofB[job]!, layer)),
      ...blocks.slice(0, layers).flatMap((layer) =>
        jobs[job]!.sentence.ids.map((_, position) => taking(ofB[job]!, layer, position))
      ),
    ];
    for await (const results of run(a, inA)) {
      yield results.map(({ job, variant, embedding }) => {
        const { first, whole } = placesOf(jobs[job]!.sentence, layers);
        const values = variant - layers; // from 1
        return placed(job, values > 0 ? whole + values : first(variant), embedding);
      });
    }
  });
}

/** A run that takes a stream at a layer, at all positions or at one. */
function taking(streams: Streams, layer: number, position?: number): Variant {
  const hook = siteHook("resid", layer);
  const { data, shape } = streams.get(hook)!;
  const width = shape.at(-1)!;
  const from = (position ?? 0) * width;
  const taken = position === undefined ? data : data.subarray(from, from + width);
  return { changes: new Map([[hook, (value) => value.data.set(taken, from)]]) };
}

/** S of the caption and of the foil; null for one that has no such position. */
export type Scores = readonly [caption: number | null, foil: number | null];

/** What is measured for a row; JSON keeps it unchanged. */
export interface MeasuredTransplant {
  /** S with 0, 1, … N blocks of B, N + 2 numbers with that of B as a whole at the end. */
  readonly first: readonly Scores[];
  readonly last: readonly Scores[];
  /** S with B's value at a layer and position, layer by layer from 0. */
  readonly values: readonly (readonly Scores[])[];
  /** The roles of the tokens of caption and foil, by position. */
  readonly roles: readonly [(Role | null)[], (Role | null)[]];
  /** S of each text tower with B's images; empty if image embeddings stand in for the image tower. */
  readonly towers: readonly Scores[];
  /** S with the weights of each set of parts. */
  readonly parts: readonly Scores[];
  /** The heads of a block, which with the blocks decide the sets of parts. */
  readonly heads: number;
  /** The names of the model and the other one. */
  readonly names: readonly [string, string];
}

export async function measureTransplant(
  study: Study,
  { study: other, hasSameImages }: OtherModel,
  { sets, kept, keptOf, progress }: Omit<Phase, "seed"> & { readonly sets: readonly PartSet[] },
): Promise<MeasuredTransplant[]> {
  const { text, pairs, inputs: { drawn, embeddings, modelName } } = study;
  const { layers, heads } = text.tower.shape;
  const { rows, images, sentences } = await study.scoredRows();
  const { similarity } = text.family;
  const numbers = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: ({ negated, affirmative }) =>
      placesOf(negated, layers).size + placesOf(affirmative, layers).size,
    run: (pairs) => transplantRuns(text.tower, other.text.tower, pairs),
  });
  const scoresOf = (texts: Embeddings, images: Embeddings) =>
    rows.map(({ pair, scores }) => {
      const s = (sentence: string) =>
        similarity.score(texts.get(sentence)!, images.get(scores.image)!);
      return [s(pair.caption), s(pair.foil)] as const;
    });
  const embedded = (text: TextTower) => embedTexts(text, new Set(sentences.keys()));
  const ofParts: (readonly Scores[])[] = [];
  for (const { name, nodes } of sets) {
    const kept = keptOf(name);
    const known = rows.map(({ scores }) => kept.get(scores.id));
    if (known.every((scores) => scores !== undefined)) {
      ofParts.push(known as unknown as Scores[]);
      continue;
    }
    const changed = await changesOf(nodes, other.text.weights);
    const variant = { pairs, drawn, changed };
    const ofText = await study.withVariant(variant, ({ text }) => embedded(text));
    const made = scoresOf(ofText, images);
    for (const [i, { scores }] of rows.entries()) await kept.keep(scores.id, made[i]!);
    ofParts.push(made);
  }
  const towers: (readonly Scores[])[] = [];
  if (embeddings === undefined) {
    const ofOther = hasSameImages
      ? await study.embeddings.images()
      : await other.embeddings.images();
    await other.releaseImage(); // frees memory for what follows
    towers.push(
      ...[sentences, await embedded(other.text)].map((texts) => scoresOf(texts, ofOther)),
    );
  }
  return rows.map((row, i) => ({
    ...streamsOf(row, numbers[i]!, layers),
    towers: towers.map((scores) => scores[i]!),
    parts: ofParts.map((scores) => scores[i]!),
    heads,
    names: [modelName, other.inputs.modelName],
  }));
}

/** The numbers of a row's runs, those of the negated sentence first, by what was run. */
function streamsOf({ scores, aligned }: ScoredRow, all: readonly number[], layers: number) {
  const { negated, affirmative } = aligned;
  const ofNegated = placesOf(negated, layers).size;
  const placed = rolesOf(aligned);
  const sides = [
    { sentence: negated, runs: all.slice(0, ofNegated), roles: placed.negated.roles },
    { sentence: affirmative, runs: all.slice(ofNegated), roles: placed.affirmative.roles },
  ].map((side) => ({ ...side, at: placesOf(side.sentence, layers) }));
  const [caption, foil] = scores.negation === "caption" ? sides : sides.toReversed();
  type Side = typeof sides[number];
  const both = (read: (side: Side, s: number) => number | null): Scores => [
    read(caption!, scores.s_caption),
    read(foil!, scores.s_foil),
  ];
  const stack = (order: "first" | "last") =>
    Array.from(
      { length: layers + 2 },
      (_, blocks) => both(({ runs, at }) => runs[blocks > layers ? at.whole : at[order](blocks)]!),
    );
  const positions = Math.max(negated.ids.length, affirmative.ids.length);
  const value = (layer: number, position: number) =>
    both(({ sentence, runs, at }, s) => {
      if (position >= sentence.ids.length) return null;
      if (layer < layers) return runs[at.value(layer, position)]!;
      return position === sentence.pooled ? runs[at.first(layers)]! : s; // no other position is read
    });
  const rolesIn = ({ roles }: Side) => roles.map((role) => role ?? null);
  return {
    first: stack("first"),
    last: stack("last"),
    values: Array.from(
      { length: layers + 1 },
      (_, layer) => Array.from({ length: positions }, (_, position) => value(layer, position)),
    ),
    roles: [rolesIn(caption!), rolesIn(foil!)] as MeasuredTransplant["roles"],
  };
}
