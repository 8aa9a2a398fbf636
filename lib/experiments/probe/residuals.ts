/** The residual stream at the end token of each pair and block, the runs in which it is patched, and what is held out of a fit. */

import type { TextTower } from "../../model/text/text_tower.ts";
import {
  type AlignedPair,
  sentencePairKey,
  type TokenizedSentence,
} from "../../study/rows/prepare.ts";
import { siteHook } from "../trace/cells.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/run_group.ts";
import { add, type ChangedRun, edit } from "../../hooks/interventions.ts";
import { innerProduct } from "../../stats/inner_product.ts";
import { type GroupResult, inParts } from "../../study/rows/once_per_group.ts";
import type { Directions } from "./fit.ts";
import { type ChosenClusters, clusterOf } from "../../study/clusters.ts";
import { FEWEST_FRAMES, frameOfRow, framesOf, heldOutBy } from "../../study/held_out.ts";
import type { Study } from "../../study/study.ts";
import { mostFolds, type Split, splitInto } from "./folds.ts";

/** The residual stream at the end token of a pair's sentences; block k is at index k - 1, each vector is [width]. */
export interface EndResiduals {
  readonly negated: readonly Float32Array[];
  readonly affirmative: readonly Float32Array[];
}

/** The number of sentence pairs that run together; all positions of their residual streams are in memory at once. */
const PAIRS_AT_ONCE = 32;

export function residualHooks(layers: number): string[] {
  return Array.from({ length: layers }, (_, block) => siteHook("resid", block + 1));
}

/**
 * Reads the residual stream of both sentences of each pair. In memory stays only what is at the end tokens: for each pair 8 bytes for
 * each block and dimension.
 */
export async function endResiduals(
  text: TextTower,
  pairs: readonly AlignedPair[],
): Promise<EndResiduals[]> {
  const hooks = residualHooks(text.tower.shape.layers);
  const made: EndResiduals[] = [];
  for (let first = 0; first < pairs.length; first += PAIRS_AT_ONCE) {
    const batch = pairs.slice(first, first + PAIRS_AT_ONCE);
    const sentences = batch.flatMap(({ negated, affirmative }) => [negated, affirmative]);
    const { cache } = await text.runWithCache(sentences.map(({ sentence }) => sentence), hooks);
    const atEnd = ({ pooled }: TokenizedSentence, row: number) =>
      hooks.map((hook) => cache.row(hook, row).row(pooled).data.slice());
    batch.forEach(({ negated, affirmative }, i) => {
      made.push({
        negated: atEnd(negated, 2 * i),
        affirmative: atEnd(affirmative, 2 * i + 1),
      });
    });
  }
  return made;
}

export const ALONG = ["means", "probe"] as const;

/** The affirmative runs with h + w w·(negated - affirmative) in place of h, in the order layer, direction w. */
export function alongRuns(
  { affirmative: { pooled: position } }: AlignedPair,
  residuals: EndResiduals,
  directions: readonly Directions[],
): ChangedRun[] {
  return residuals.negated.flatMap((negated, block) =>
    ALONG.map((name): ChangedRun => {
      const direction = directions[block]![name];
      const length = innerProduct(direction, negated) -
        innerProduct(direction, residuals.affirmative[block]!);
      const added = direction.map((x) => x * length);
      return {
        of: "affirmative",
        changes: [add(siteHook("resid", block + 1), added, { position })],
      };
    })
  );
}

/** The affirmative runs with the negated run's vector in each block but the last, where the run is the negated one, whose score is known. */
export function fullRuns(
  { affirmative: { pooled } }: AlignedPair,
  { negated }: EndResiduals,
): ChangedRun[] {
  return negated.slice(0, -1).map((vector, block): ChangedRun => ({
    of: "affirmative",
    changes: [
      edit(siteHook("resid", block + 1), (value) => value.row(0).row(pooled).data.set(vector)),
    ],
  }));
}

/** Runs changes of the affirmative sentences of some pairs. */
export function runPatches(
  text: TextTower,
  pairs: readonly AlignedPair[],
  runsOf: (pair: AlignedPair) => ChangedRun[],
): AsyncIterable<GroupResult[]> {
  return inParts(pairs, PAIRS_AT_ONCE, (part) => {
    const groups = part.map((pair): RunGroup => (
      { sentences: { affirmative: pair.affirmative }, runs: runsOf(pair) }
    ));
    return runChanges(text, groups);
  });
}

interface HeldOut {
  readonly by: ChosenClusters;
  /** The subject noun of each sentence pair, if nouns are held out. */
  readonly groups: ReadonlyMap<string, string> | undefined;
}

/** Whether nouns are held out: as {@linkcode heldOutBy} says, if there are enough for two folds. */
export function heldOutOf({ inputs: { drawn, choice } }: Study): HeldOut {
  const nouns = new Map(drawn.map((pair) => [sentencePairKey(pair), clusterOf(pair, "noun")]));
  const isByNoun = heldOutBy(drawn, choice.cluster) === "noun" &&
    mostFolds([...nouns.keys()], { groups: nouns }) > 1;
  return isByNoun ? { by: "noun", groups: nouns } : { by: "pair", groups: undefined };
}

/** The frames that are held out one after the other; none if too few have enough rows. */
export function heldOutFrames({ inputs: { drawn } }: Study): readonly string[] {
  const frames = framesOf(drawn);
  return frames.length < FEWEST_FRAMES ? [] : frames;
}

/** Makes each of these frames a fold; the rows of all other frames are in every training part. */
export function frameSplits(study: Study, seed: number): ReadonlyMap<string, Split> {
  const frames = heldOutFrames(study);
  const foldOf = new Map(
    study.inputs.drawn.map((pair) => [sentencePairKey(pair), frames.indexOf(frameOfRow(pair))]),
  );
  return splitInto(foldOf, seed);
}
