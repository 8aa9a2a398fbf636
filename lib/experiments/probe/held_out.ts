/** What a probe has not seen: the rows of a subject noun or a sentence pair, and those of a frame. All of it depends on the rows of all shards. */

import {
  type ChosenClusters,
  clusterOf,
  FEWEST_FRAMES,
  frameOfRow,
  framesOf,
  heldOutBy,
} from "../../study/clusters.ts";
import { sentencePairKey } from "../../study/rows/prepare.ts";
import type { Study } from "../../study/study.ts";
import { mostFolds, type Split, splitInto } from "./folds.ts";

export interface HeldOut {
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
