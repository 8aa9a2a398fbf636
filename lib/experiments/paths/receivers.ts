/** The heads at which paths end: an option, and the strongest heads, unless others are named. */

import type { KeptRows } from "../../study/rows/once_per_group.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { Option } from "../../options/option.ts";
import { seededRandom } from "../../stats/random.ts";
import { finish } from "../../stats/steps.ts";
import type { Progress } from "../../study/embeddings.ts";
import {
  type AlignedPair,
  isMinimalPair,
  preparePairs,
  sentencePairKey,
  unalignedRows,
} from "../../study/rows/prepare.ts";
import type { Study } from "../../study/study.ts";
import type { NamedHead } from "../../tables/nodes.ts";
import {
  checkHeadSet,
  HEAD_SET,
  type HeadSet,
  headsOfSet,
  LIST_OF_HEADS,
  nameOfSet,
} from "../head_set.ts";
import { pairGroups, swappedRun } from "../nodes/pair_runs.ts";

/** Some heads, all, or the strongest. */
export type Receivers = HeadSet | "strongest";

/** The number of heads that `strongest` stands for. */
export const STRONGEST = 8;

export const RECEIVERS: Option<Receivers> = {
  ...HEAD_SET,
  help:
    `the heads at which paths end: the ${STRONGEST} strongest, all, or a list such as ${LIST_OF_HEADS}`,
  standard: "strongest",
  expected: `strongest, all, or different heads such as ${LIST_OF_HEADS}`,
  parse: (text) => text === "strongest" ? text : HEAD_SET.parse(text),
  print: (receivers) => receivers === "strongest" ? receivers : nameOfSet(receivers),
};

export function checkReceivers(
  receivers: Receivers,
  sizes: { readonly layers: number; readonly heads: number },
): void {
  if (receivers !== "strongest") checkHeadSet(receivers, sizes);
}

/** The most sentence pairs by which heads are chosen. */
const MOST_PAIRS = 64;

/** A head that moves the embedding by a smaller share of the way alone does nothing alone; only rounding orders such heads. */
const ROUNDING = 1e-4;

/** Decides which pairs these are; not the run's seed, with which the receivers would change. */
const SEED = 0;

/**
 * Chooses the heads that move the text embedding furthest from the affirmative sentence's towards the negated one's (or away from it)
 * when they take the negated sentence's values at all positions: by the absolute mean over sentence pairs of
 * (e - e_a) (e_n - e_a) / |e_n - e_a|^2. No image is needed.
 *
 * The sentence pairs are drawn from the whole data, so that all shards choose alike, whatever rows `limit` draws. Returns the heads in the
 * order layer, head.
 */
export async function strongestHeads(
  study: Study,
  count: number,
  progress: Progress = () => {},
): Promise<readonly NamedHead[]> {
  const { text } = study;
  const heads = headsOfSet("all", text.tower.shape);
  const runs = [
    swappedRun("affirmative", []),
    swappedRun("negated", []),
    ...heads.map((head) => swappedRun("affirmative", [{ kind: "head", ...head }])),
  ];
  const pairs = sampledPairs(study);
  const total = pairs.length * runs.length;
  let done = 0;
  const made = pairs.map((): Float32Array[] => []);
  for await (const results of runChanges(text, pairGroups(pairs, () => runs))) {
    for (const { index, place, embedding } of results) made[index]![place] = embedding;
    progress(done += results.length, total);
  }
  const sums = heads.map(() => 0);
  for (const [from, to, ...swapped] of made) {
    swapped.forEach((embedding, i) => sums[i]! += shareOfWay(embedding, from!, to!));
  }
  const ranked = heads.map((head, i) => ({ head, strength: Math.abs(sums[i]!) / pairs.length }))
    .sort((a, b) => b.strength - a.strength);
  const moving = ranked.filter(({ strength }) => strength > ROUNDING);
  return (moving.length > 0 ? moving : ranked).slice(0, count)
    .map(({ head }) => head)
    .sort((a, b) => a.layer - b.layer || a.head - b.head);
}

/** Minimal pairs of the data, each once, in an order that depends on nothing but the data. */
function sampledPairs({ text, inputs: { data, protocol } }: Study): AlignedPair[] {
  const distinct = Map.groupBy(data.pairs, sentencePairKey);
  const sampled: AlignedPair[] = [];
  for (const [pair] of seededRandom(SEED).shuffle([...distinct.values()])) {
    if (sampled.length === MOST_PAIRS) break;
    if (finish(unalignedRows(text, [pair!], { protocol })).length > 0) continue; // in another shard, or not drawn
    const [aligned] = preparePairs(text, [pair!], { protocol }).distinct;
    if (isMinimalPair(aligned!)) sampled.push(aligned!);
  }
  return sampled;
}

/** How far a vector is on the way from one to another: 0 at the first, 1 at the second. */
function shareOfWay(at: Float32Array, from: Float32Array, to: Float32Array): number {
  let [along, length] = [0, 0];
  for (let i = 0; i < at.length; i++) {
    const way = to[i]! - from[i]!;
    along += (at[i]! - from[i]!) * way;
    length += way ** 2;
  }
  return length === 0 ? 0 : along / length;
}

/** The receivers; the strongest are kept, so that a resumed run has those of its first part. */
export async function chosenReceivers(
  study: Study,
  chosen: Receivers,
  { kept, progress }: { readonly kept: KeptRows; readonly progress: Progress },
): Promise<readonly NamedHead[]> {
  const { shape } = study.text.tower;
  if (chosen !== "strongest") return headsOfSet(chosen, shape);
  const all = headsOfSet("all", shape);
  const known = kept.get(chosen);
  if (known !== undefined) return known.map((place) => all[place]!);
  const receivers = await strongestHeads(study, STRONGEST, progress);
  const placeOf = ({ layer, head }: NamedHead) => (layer - 1) * shape.heads + head - 1;
  await kept.keep(chosen, receivers.map(placeOf));
  return receivers;
}
