/** Path patching: what a sender changes in the score through queries, keys or values of a receiver; and what is measured for every row: its score with each node swapped, added at the end, and with each path patched. */

import { sumOf } from "../../stats/columns.ts";
import type { TableCell } from "../../tables/table.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import { type ChangedRun, type Intervention, patch } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { inParts, oncePerPair, placedFrom } from "../../study/rows/once_per_group.ts";
import {
  type AlignedPair,
  alignSteps,
  isMinimalPair,
  sentencePairKey,
} from "../../study/rows/prepare.ts";
import { allNodes, headName, type NamedHead } from "../../tables/nodes.ts";
import { addNodes, outputWeights, pairGroups, swappedRun, Work } from "../nodes/pair_runs.ts";
import { HEAD_SET, type HeadSet, headsOfSet, LIST_OF_HEADS, nameOfSet } from "../head_set.ts";
import { siteHook } from "../trace/trace.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import type { Option } from "../../options/option.ts";
import { seededRandom } from "../../stats/random.ts";
import { finish } from "../../stats/steps.ts";
import type { Study } from "../../study/study.ts";

/**
 * Patches every path into the receivers, in two runs of the affirmative sentence (Wang et al. 2023, arXiv 2211.00593).
 *
 * In the first run the sender has the negated sentence's value: a head its z at all positions, the embedding its vector at the negator. All
 * other heads have the affirmative sentence's z, and MLPs are computed anew. The receiver's queries, keys or values of this run, at all
 * positions, replace those of the second run, which is otherwise untouched. Returns the second runs' embeddings of unit length, batch by
 * batch; a result's place is its edge's in the order of `pathEdges`. None depends on the other pairs.
 */
export function patchPaths(
  text: TextTower,
  pairs: readonly AlignedPair[],
  receivers: readonly NamedHead[],
) {
  const edges = pathEdges(receivers, text.tower.shape.heads);
  const last = Math.max(...receivers.map(({ layer }) => layer));
  const runsOf = ({ negator }: AlignedPair) => {
    const firstRuns = new Map<Sender, ChangedRun>(); // which the edges of a sender share
    return edges.map(({ sender, receiver, input }): ChangedRun => {
      const from = firstRuns.get(sender) ?? firstRun([sender], { negator, last });
      firstRuns.set(sender, from);
      const hook = `blocks.${receiver.layer - 1}.attn.hook_${input}`;
      return { of: "affirmative", changes: [patch(hook, { head: receiver.head - 1, from })] };
    });
  };
  return runChanges(text, pairGroups(pairs, runsOf, ({ negator }) => negator));
}

/** The run that sends: all heads but the senders have the affirmative sentence's values, up to the last receiver's block. */
export function firstRun(
  senders: readonly Sender[],
  { negator, last }: { readonly negator: number; readonly last: number },
): ChangedRun {
  const from = Math.max(1, Math.min(...senders.map(({ layer }) => layer)));
  const fixed = Array.from(
    { length: last - from },
    (_, i) => patch(siteHook("z", from + i), { from: "affirmative" }),
  );
  const sent = senders.map(({ layer, head }): Intervention =>
    head === undefined
      ? patch("blocks.0.hook_resid_pre", { position: negator, from: "negated" })
      : patch(siteHook("z", layer), { head: head - 1, from: "negated" })
  );
  return { of: "affirmative", changes: [...fixed, ...sent] };
}

/** What of a receiver a path goes through, in the order of edges and results. */
export type PathInput = "q" | "k" | "v";

/** The same in words. */
export const INPUTS: Readonly<Record<PathInput, "queries" | "keys" | "values">> = {
  q: "queries",
  k: "keys",
  v: "values",
};

/** What a path starts from: a head, or the embedding of the negator, which has layer 0 and no head. */
interface Sender {
  /** The block's number from 1; 0 for the embedding. */
  readonly layer: number;
  /** The head's number from 1; absent for the embedding. */
  readonly head?: number;
}

/** All edges into some receivers, in the order sender, receiver, input. The embedding comes first, then the heads, layer by layer. */
export function pathEdges(receivers: readonly NamedHead[], heads: number) {
  const inputs = Object.keys(INPUTS) as PathInput[];
  const below = Math.max(1, ...receivers.map(({ layer }) => layer)) - 1;
  const senders: Sender[] = [{ layer: 0 }, ...headsOfSet("all", { layers: below, heads })];
  return senders.flatMap((sender) =>
    receivers.filter(({ layer }) => layer > sender.layer).flatMap((receiver) =>
      inputs.map((input) => ({ sender, receiver, input }))
    )
  );
}

/** A path's name: `negator -> 1.2 by values`. */
export function pathName(row: Readonly<Record<string, TableCell>>): string {
  const cells = row as Record<`${"sender" | "receiver"}_${"layer" | "head"}`, number | undefined>;
  const nameOf = (end: "sender" | "receiver") => {
    const [layer, head] = [cells[`${end}_layer`]!, cells[`${end}_head`]];
    return head === undefined ? "negator" : headName({ layer, head });
  };
  return `${nameOf("sender")} to ${nameOf("receiver")} by ${INPUTS[row["input"] as PathInput]}`;
}

/** What is measured for a row; JSON keeps it unchanged. */
export type MeasuredPaths = Awaited<ReturnType<typeof measurePaths>>[number];

/** The pairs whose embeddings are in memory at once: 25 MB in ViT-B/32 size. */
const PAIRS_AT_ONCE = 16;

/**
 * The runs of every affirmative sentence in which a node is swapped at one position. Returns for each pair its runs in the order node,
 * position from the negator on; before it both runs are equal.
 */
function swapsByPosition(pairs: readonly AlignedPair[], nodes: ReturnType<typeof allNodes>) {
  return pairGroups(
    pairs,
    ({ negator, affirmative: { ids: { length } } }) => {
      const positions = Array.from({ length: length - negator }, (_, i) => negator + i);
      return nodes.flatMap((node) =>
        positions.map((position) => swappedRun("affirmative", [node], position))
      );
    },
    ({ negator, affirmative }) => `${negator} ${affirmative.ids.length}`,
  );
}

/** Measures every row; the runs of a sentence pair are made once. */
export async function measurePaths(
  study: Study,
  chosen: Receivers,
  { kept, keptOf, progress }: Omit<Phase, "seed">,
) {
  const { text } = study;
  const { rows, images } = await study.scoredRows();
  const { layers, heads } = text.tower.shape;
  const nodes = allNodes({ layers, heads });
  const weights = await outputWeights(text);
  const nodeRuns = ({ negator, affirmative: { ids } }: AlignedPair) =>
    nodes.length * (1 + ids.length - negator); // added, and swapped at each position from the negator on
  const pairs = [...new Set(rows.map(({ aligned }) => aligned))];
  const ofNodes = sumOf(pairs.map(nodeRuns));
  const most = pathEdges(headsOfSet("all", { layers, heads }).slice(-STRONGEST), heads).length;
  const work = new Work(progress, ofNodes + pairs.length * most); // most paths lead into the last heads
  const receivers = await chosenReceivers(study, chosen, { kept: keptOf("receivers"), work });
  const edges = pathEdges(receivers, heads).length;
  work.estimate = 0; // what follows is known
  const [nodesDone, pathsDone] = [work.begin(ofNodes), work.begin(pairs.length * edges)];
  const ofRows = await oncePerPair(rows, {
    ...{ text, images, kept, progress: nodesDone, sizeOf: nodeRuns },
    run: (pairs) =>
      inParts(pairs, PAIRS_AT_ONCE, async function* (part) {
        yield* addNodes(text, part, weights);
        yield* placedFrom(nodes.length, runChanges(text, swapsByPosition(part, nodes)));
      }),
  });
  const patched = await oncePerPair(rows, {
    ...{ text, images, kept: keptOf("edges"), progress: pathsDone, sizeOf: () => edges },
    run: (pairs) => patchPaths(text, pairs, receivers),
  });
  return rows.map(({ aligned }, row) => ({
    ...{ sizes: { layers, heads }, negator: aligned.negator, receivers },
    roles: aligned.roles.slice(aligned.negator),
    direct: ofRows[row]!.slice(0, nodes.length), // with each node's change added at the end token's last residual
    swapped: ofRows[row]!.slice(nodes.length), // in the order node, position from the negator on
    patched: patched[row]!, // in the order of `pathEdges`
  }));
}

/** Some heads, all, or the strongest. */
export type Receivers = HeadSet | "strongest";

/** The number of heads that `strongest` stands for. */
const STRONGEST = 8;

export const RECEIVERS: Option<Receivers> = {
  ...HEAD_SET,
  help:
    `the heads at which paths end: the ${STRONGEST} strongest, all, or a list such as ${LIST_OF_HEADS}`,
  standard: "strongest",
  expected: `strongest, all, or different heads such as ${LIST_OF_HEADS}`,
  parse: (text) => text === "strongest" ? text : HEAD_SET.parse(text),
  print: (receivers) => receivers === "strongest" ? receivers : nameOfSet(receivers),
};

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
  work: Work,
): Promise<readonly NamedHead[]> {
  const { text } = study;
  const heads = headsOfSet("all", text.tower.shape);
  const runs = [
    swappedRun("affirmative", []),
    swappedRun("negated", []),
    ...heads.map((head) => swappedRun("affirmative", [{ kind: "head", ...head }])),
  ];
  const pairs = sampledPairs(study);
  work.estimate += pairs.length * runs.length;
  const progress = work.begin(pairs.length * runs.length);
  let done = 0;
  const made = pairs.map((): Float32Array[] => []);
  for await (const results of runChanges(text, pairGroups(pairs, () => runs))) {
    for (const { index, place, embedding } of results) made[index]![place] = embedding;
    progress(done += results.length);
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
    const { distinct: [aligned] } = finish(alignSteps(text, [pair!], protocol)); // none of a bad row in another shard, or not drawn
    if (aligned !== undefined && isMinimalPair(aligned)) sampled.push(aligned);
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
async function chosenReceivers(
  study: Study,
  chosen: Receivers,
  { kept, work }: { readonly kept: Phase["kept"]; readonly work: Work },
): Promise<readonly NamedHead[]> {
  const { shape } = study.text.tower;
  if (chosen !== "strongest") return headsOfSet(chosen, shape);
  const all = headsOfSet("all", shape);
  const known = kept.get(chosen);
  if (known !== undefined) return known.map((place) => all[place]!);
  const receivers = await strongestHeads(study, STRONGEST, work);
  const placeOf = ({ layer, head }: NamedHead) => (layer - 1) * shape.heads + head - 1;
  await kept.keep(chosen, receivers.map(placeOf));
  return receivers;
}
