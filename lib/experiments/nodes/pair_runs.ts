/** Runs of many pairs, and runs in which nodes take the values that they have in the other sentence of the pair. */

import { engineNames } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/groups.ts";
import { type ChangedRun, type Intervention, patch, type Selection } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { allNodes, type Node, nodeHook } from "../../tables/nodes.ts";

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
  return { of, changes: changesOf(nodes, (hook, heads) => patch(hook, { from, ...at, ...heads })) };
}

/** A change of each hook point that holds values of nodes. */
export function changesOf(
  nodes: readonly Node[],
  change: (hook: string, heads: Pick<Selection, "head">) => Intervention,
): Intervention[] {
  return [...Map.groupBy(nodes, nodeHook)].map(([hook, ofHook]) => {
    const heads = ofHook.flatMap(({ head }) => head === undefined ? [] : [head - 1]);
    return change(hook, heads.length > 0 ? { head: heads } : {});
  });
}

/**
 * The runs of every affirmative sentence in which a node is swapped at one position. Returns for each pair its runs in the order node,
 * position from the negator on; before it both runs are equal.
 */
export function swapsByPosition(pairs: readonly AlignedPair[], nodes: readonly Node[]): RunGroup[] {
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

/** The engine that swaps nodes of each pair, which is loaded if it has not been. */
export function swapEngines(text: TextTower, pairs: readonly AlignedPair[]): Promise<string[]> {
  const runs = allNodes(text.tower.shape).map((node) => swappedRun("affirmative", [node]));
  return engineNames(text, pairGroups(pairs, () => runs));
}
