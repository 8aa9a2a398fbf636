/** Fits probes and directions to all rows, and measures for each row what they read and what patching them does. */

import { add, type ChangedRun, edit } from "../../hooks/interventions.ts";
import {
  type ChosenClusters,
  clusterOf,
  FEWEST_FRAMES,
  frameOfRow,
  framesOf,
  heldOutBy,
} from "../../study/clusters.ts";
import { effectOnD } from "../../study/effects/noise.ts";
import { type AlignedPair, checkMinimalPairs, sentencePairKey } from "../../study/rows/prepare.ts";
import { batchesOf, inParts, type KeptRows, oncePerPair } from "../../study/rows/once_per_group.ts";
import { drawnRows, type ScoredRow } from "../../study/rows/score_rows.ts";
import type { Study } from "../../study/study.ts";
import { inTurns } from "../../stats/steps.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import type { Read } from "./tables.ts";
import {
  type Directions,
  fitLayers,
  foldCount,
  isApart,
  mostFolds,
  type PairFit,
  type Split,
  splitInto,
  type SplitOptions,
} from "./fit.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { innerProduct } from "../../stats/columns.ts";
import { sentencePairs, Work } from "../nodes/pair_runs.ts";
import { siteHook } from "../trace/trace.ts";

/** Whether nouns are held out: as {@linkcode heldOutBy} says, if there are enough for two folds; then also that of each sentence pair. */
function heldOutOf({ inputs: { drawn, choice } }: Study) {
  const nouns = new Map(drawn.map((pair) => [sentencePairKey(pair), clusterOf(pair, "noun")]));
  const isByNoun = heldOutBy(drawn, choice.cluster) === "noun" &&
    mostFolds([...nouns.keys()], { groups: nouns }) > 1;
  return { by: isByNoun ? "noun" as const : "pair" as const, groups: isByNoun ? nouns : undefined };
}

/** The number of sentence pairs that run together; all positions of their residual streams are in memory at once. */
const PAIRS_AT_ONCE = 32;

const ALONG = ["means", "probe"] as const;

/** The affirmative runs with h + w w·(negated - affirmative) in place of h, in the order layer, direction w. */
function alongRuns(
  { affirmative: { pooled: position } }: AlignedPair,
  { negated, affirmative }: EndResiduals,
  directions: readonly Directions[],
): ChangedRun[] {
  return negated.flatMap((vector, block) =>
    ALONG.map((name): ChangedRun => {
      const direction = directions[block]![name];
      const length = innerProduct(direction, vector) - innerProduct(direction, affirmative[block]!);
      const added = direction.map((x) => x * length);
      return {
        of: "affirmative",
        changes: [add(siteHook("resid", block + 1), added, { position })],
      };
    })
  );
}

/** The affirmative runs with the negated run's vector in each block but the last, where the run is the negated one, whose score is known. */
function fullRuns({ affirmative: { pooled } }: AlignedPair, { negated }: EndResiduals) {
  return negated.slice(0, -1).map((vector, block): ChangedRun => ({
    of: "affirmative",
    changes: [
      edit(siteHook("resid", block + 1), (value) => value.row(0).row(pooled).data.set(vector)),
    ],
  }));
}

/** The residual stream at the end token of a pair's sentences; block k is at index k - 1, each vector is [width]. */
export interface EndResiduals {
  readonly negated: readonly Float32Array[];
  readonly affirmative: readonly Float32Array[];
}

export function residualHooks(layers: number): string[] {
  return Array.from({ length: layers }, (_, block) => siteHook("resid", block + 1));
}

/** Reads the residual stream of both sentences of each pair; in memory stays only what is at the end tokens. */
export async function endResiduals(
  text: TextTower,
  pairs: readonly AlignedPair[],
): Promise<EndResiduals[]> {
  const hooks = residualHooks(text.tower.shape.layers);
  const made: EndResiduals[] = [];
  for (const batch of batchesOf(pairs, PAIRS_AT_ONCE)) {
    const sentences = batch.flatMap(({ negated, affirmative }) => [negated, affirmative]);
    const { cache } = await text.runWithCache(sentences.map(({ sentence }) => sentence), hooks);
    const atEnd = ({ pooled }: AlignedPair["negated"], row: number) =>
      hooks.map((hook) => cache.row(hook, row).row(pooled).data.slice());
    made.push(...batch.map(({ negated, affirmative }, i) => (
      { negated: atEnd(negated, 2 * i), affirmative: atEnd(affirmative, 2 * i + 1) }
    )));
  }
  return made;
}

export interface ProbedLayer {
  /** Whether the vectors of its sentences differ by more than rounding. */
  readonly differs: boolean;
  /** What is read of its pair; undefined if its vectors do not differ, or those of too few pairs do. */
  readonly read: Read | undefined;
  /** The part of d that each patch restores, in logits; undefined if the vectors differ, and too few others do for a direction. */
  readonly effects: Readonly<Record<keyof Directions, number | undefined> & { full: number }>;
}

export interface ProbedRow {
  /** Its layers: the embeddings, then each block. */
  readonly layers: readonly ProbedLayer[];
  /** What the fold of a row has all rows of. */
  readonly heldOut: ChosenClusters;
  /** The same with everything fitted to rows of other frames; absent if the frame is not one of several with enough rows. */
  readonly ofFrame?: { readonly frame: string; readonly layers: readonly ProbedLayer[] };
}

/** The embeddings of the end token are the same in both sentences: there is nothing to read and nothing to patch. */
const EMBEDDINGS: ProbedLayer = {
  differs: false,
  read: undefined,
  effects: { means: 0, probe: 0, full: 0 },
};

export interface ProbeOptions
  extends Pick<SplitOptions, "folds">, Pick<Phase, "seed" | "kept" | "keptOf" | "progress"> {
  /** The fold of each sentence pair by its key. @default {as the seed deals them out} */
  readonly splits?: ReadonlyMap<string, Split> | undefined;
}

/** Checks the rows of all shards, to which everything is fitted, before any work begins. */
export async function checkProbe(study: Study, folds?: number): Promise<void> {
  const keys = [...new Set(study.inputs.drawn.map(sentencePairKey))];
  foldCount(keys, { folds, groups: heldOutOf(study).groups });
  checkMinimalPairs("probe", { family: study.text.family, rows: await drawnRows(study) });
}

/**
 * Probes every row. The rows must have passed {@linkcode checkProbe}.
 *
 * A shard fits to the rows of all shards, which needs two runs for each of their sentence pairs, and patches its own.
 */
export async function probeRows(
  study: Study,
  { folds, seed, kept, keptOf, progress, splits }: ProbeOptions,
): Promise<ProbedRow[]> {
  const { text } = study;
  const { layers, width } = text.tower.shape;
  const ofKey = new Map((await drawnRows(study)).map(({ aligned }) => [aligned.key, aligned]));
  const keys = [...ofKey.keys()].sort(); // of all shards
  const { by, groups } = heldOutOf(study);
  const residuals = await endResiduals(text, keys.map((key) => ofKey.get(key)!));
  const places = new Map(keys.map((key, place) => [key, place]));
  const placeOf = ({ key }: AlignedPair) => places.get(key)!;
  const { rows, images } = await study.scoredRows();
  const { drawn } = study.inputs;
  const named = framesOf(drawn);
  const frames = named.length < FEWEST_FRAMES ? [] : named; // each is held out in turn
  const inFrames = rows.filter(({ pair }) => frames.includes(frameOfRow(pair)));
  const along = ALONG.length * layers;
  const ofFrames = sentencePairs(inFrames) * along + (frames.length > 0 ? layers : 0);
  const total = sentencePairs(rows) * (layers - 1 + along) + layers + ofFrames;
  const work = new Work(progress, total);
  /** S of each row in some patched runs of its pair. */
  const patch = (
    some: readonly ScoredRow[],
    runsOf: (pair: AlignedPair) => ChangedRun[],
    { count, kept }: { readonly count: number; readonly kept: KeptRows },
  ) =>
    oncePerPair(some, {
      ...{ text, images, kept, progress: work.begin(sentencePairs(some) * count) },
      sizeOf: () => count,
      run: (batch) =>
        inParts(batch, PAIRS_AT_ONCE, (part) =>
          runChanges(
            text,
            part.map((pair) => (
              { sentences: { affirmative: pair.affirmative }, runs: runsOf(pair) }
            )),
          )),
    });
  const fullOf = (pair: AlignedPair) => fullRuns(pair, residuals[placeOf(pair)]!);
  const whole = await patch(rows, fullOf, { count: layers - 1, kept });
  const wholeOf = new Map(rows.map((row, i) => [row, whole[i]!]));
  const none = new Float64Array(width);
  /** Fits all layers, and measures what the fits read and move in some rows. */
  const fitted = async (
    some: readonly ScoredRow[],
    options: Pick<SplitOptions, "groups"> & Pick<ProbeOptions, "splits">,
    kept: KeptRows,
  ): Promise<ProbedLayer[][]> => {
    const fits = await inTurns(
      fitLayers(residuals, { keys, folds, seed, ...options, progress: work.begin(layers) }),
    );
    const alongOf = (pair: AlignedPair) => {
      const place = placeOf(pair);
      const directions = fits.map((ofPair) =>
        ofPair[place]?.directions ?? { means: none, probe: none }
      );
      return alongRuns(pair, residuals[place]!, directions);
    };
    const coordinates = await patch(some, alongOf, { count: along, kept });
    return some.map((row, i) => {
      const place = placeOf(row.aligned);
      const effectOf = (s: number) => effectOnD(row.scores, s);
      const ofLayer = (ofPair: readonly (PairFit | undefined)[], block: number): ProbedLayer => {
        const differs = isApart(residuals[place]!, block);
        const fit = ofPair[place];
        const [means, probe] = coordinates[i]!.slice(ALONG.length * block)
          .map((s) => differs && fit === undefined ? undefined : effectOf(s));
        const isLast = block === layers - 1; // where the patched run is the negated run
        const full = isLast ? row.scores.d : effectOf(wholeOf.get(row)![block]!);
        const read = fit && { fold: fit.fold, logits: fit.logits, control: fit.control };
        return { differs, read, effects: { means, probe, full } };
      };
      return [EMBEDDINGS, ...fits.map(ofLayer)];
    });
  };
  const made = await fitted(rows, { groups, splits }, keptOf("directions"));
  const foldOf = new Map(
    drawn.map((pair) => [sentencePairKey(pair), frames.indexOf(frameOfRow(pair))]),
  ); // the rows of all other frames are in every training part
  const inFrame = frames.length === 0
    ? []
    : await fitted(inFrames, { splits: splitInto(foldOf, seed) }, keptOf("frame directions"));
  const frameLayers = new Map(inFrames.map((row, i) => [row, inFrame[i]!]));
  return rows.map((row, i): ProbedRow => {
    const layers = frameLayers.get(row);
    return {
      layers: made[i]!,
      heldOut: by,
      ...(layers && { ofFrame: { frame: frameOfRow(row.pair), layers } }),
    };
  });
}
