/** Runs of sentence pairs in which nodes have the other sentence's values, and the direct part of a node's effect: its change goes straight to the score, past all other blocks. */

import { engineNames, runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/groups.ts";
import { add, type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Progress } from "../../study/embeddings.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import { allNodes, type Node, nodeHook } from "../../tables/nodes.ts";
import { idsInput, runHooked } from "../../engine/run/hooked_run.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import type { GroupResult } from "../../study/rows/once_per_group.ts";

/** Groups of runs, one for each pair. Pairs with one key share a list of runs, which is then planned once. */
export function pairGroups<Pair extends Pick<AlignedPair, "negated" | "affirmative">>(
  pairs: readonly Pair[],
  runsOf: (pair: Pair) => readonly ChangedRun[],
  keyOf: (pair: Pair) => string | number = () => "",
): RunGroup[] {
  const known = new Map<string | number, readonly ChangedRun[]>();
  return pairs.map((pair) => {
    const { negated, affirmative } = pair;
    const key = keyOf(pair);
    const runs = known.get(key) ?? runsOf(pair);
    known.set(key, runs);
    return { sentences: { negated, affirmative }, runs };
  });
}

type PairSentence = "negated" | "affirmative";

/** A run in which nodes have the other sentence's values; what is not swapped is computed anew. */
export function swappedRun(
  of: PairSentence,
  nodes: readonly Node[],
  position?: number,
): ChangedRun {
  const from = of === "negated" ? "affirmative" : "negated";
  const at = position === undefined ? {} : { position };
  return {
    of,
    changes: [...Map.groupBy(nodes, nodeHook)].map(([hook, ofHook]) => {
      const heads = ofHook.flatMap(({ head }) => head === undefined ? [] : [head - 1]);
      return patch(hook, { from, ...at, ...(heads.length > 0 && { head: heads }) });
    }),
  };
}

/** The engine that swaps nodes of each pair, which is loaded if it has not been. */
export function swapEngines(text: TextTower, pairs: readonly AlignedPair[]): Promise<string[]> {
  const runs = allNodes(text.tower.shape).map((node) => swappedRun("affirmative", [node]));
  return engineNames(text, pairGroups(pairs, () => runs));
}

/** The output projections by block, each [head, head width, width]. */
type OutputWeights = readonly Tensor[];

/** The names of these weights, for an experiment's list of the weights that it reads. */
export function outputWeightNames(layers: number): readonly string[] {
  return Array.from({ length: layers }, (_, block) => `blocks.${block}.attn.W_O`);
}

/** Reads the output projections of all blocks: 12 MB in ViT-B/32 size. */
export async function outputWeights({ tower, weights }: TextTower): Promise<OutputWeights> {
  const outputs: Tensor[] = [];
  for (const name of outputWeightNames(tower.shape.layers)) {
    outputs.push(await weights.get(name));
  }
  return outputs;
}

/**
 * Adds each node's change at the end token to the affirmative run's last residual there; only the final layer norm and the projection are
 * computed anew. The activations of all pairs are in memory at once: 1 MB a pair in ViT-B/32 size. Returns the embeddings of unit length,
 * batch by batch; a result's place is its node's in the order of `allNodes`. None depends on the other pairs.
 */
export async function* addNodes(
  text: TextTower,
  pairs: readonly AlignedPair[],
  weights: OutputWeights,
): AsyncGenerator<GroupResult[]> {
  const { tower } = text;
  const nodes = allNodes(tower.shape);
  const last = `blocks.${tower.shape.layers - 1}.hook_resid_post`;
  const lengths = Map.groupBy(pairs.keys(), (index) => pairs[index]!.negated.ids.length);
  for (const indices of lengths.values()) {
    const batch = indices.map((index) => pairs[index]!);
    const ids = batch.flatMap(({ negated, affirmative }) => [negated.ids, affirmative.ids]);
    const { cache } = await runHooked(tower, {
      batches: [{ rows: [...ids.keys()], positions: ids[0]!.length, input: () => idsInput(ids) }],
      rowNames: batch.flatMap((
        { negated, affirmative },
      ) => [negated.sentence, affirmative.sentence]),
      keep: [...new Set(nodes.map(nodeHook))],
    });
    const groups = batch.map(({ affirmative }, i): RunGroup => {
      const position = affirmative.pooled;
      const runs = nodes.map((node): ChangedRun => {
        const hook = nodeHook(node);
        const [negated, own] = [2 * i, 2 * i + 1].map((row) => cache.row(hook, row));
        const change = changeOf(node, { negated: negated!, affirmative: own!, position, weights });
        return { of: "affirmative", changes: [add(last, change, { position })] };
      });
      return { sentences: { affirmative }, runs };
    });
    for await (const results of runChanges(text, groups)) {
      yield results.map((result) => ({ ...result, index: indices[result.index]! }));
    }
  }
}

/** What a node writes into the residual stream at a position in the negated sentence, minus the same in the affirmative one; [width]. */
export function changeOf(
  { kind, layer, head }: Node,
  { negated, affirmative, position, weights }: {
    /** The values of the node's hook point in each sentence. */
    readonly negated: Tensor;
    readonly affirmative: Tensor;
    readonly position: number;
    readonly weights: OutputWeights;
  },
): Float64Array {
  const [own, other] = [negated, affirmative].map((values) => {
    const value = values.row(position);
    return kind === "head" ? value.row(head! - 1).data : value.data;
  }) as [Float32Array, Float32Array];
  const difference = Float64Array.from(own, (x, i) => x - other[i]!);
  if (kind === "mlp") return difference;
  const projection = weights[layer - 1]!.row(head! - 1);
  const [, width] = projection.shape as [number, number];
  const change = new Float64Array(width);
  difference.forEach((x, k) => {
    for (let j = 0; j < width; j++) change[j]! += x * projection.data[k * width + j]!;
  });
  return change;
}

/** The number of distinct sentence pairs of some rows, each of which runs once. */
export function sentencePairs(rows: readonly ScoredPair[]): number {
  return new Set(rows.map(({ aligned }) => aligned)).size;
}

/** Work of several parts, whose total is estimated and grows where they take more. */
export class Work {
  readonly #report: Progress;
  /** About how much there is in all, as long as not all parts have begun. */
  estimate: number;
  #begun = 0;

  constructor(report: Progress, estimate = 0) {
    this.#report = report;
    this.estimate = estimate;
  }

  begin(amount: number): (done: number) => void {
    const before = this.#begun;
    this.#begun += amount;
    return (done) => this.#report(before + done, Math.max(this.estimate, this.#begun));
  }
}
