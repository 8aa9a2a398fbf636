/** Fits probes and directions to all rows, and measures for each row what they read and what patching them does. */

import type { ChangedRun } from "../../hooks/interventions.ts";
import { type ChosenClusters, frameOfRow } from "../../study/clusters.ts";
import { effectOnD } from "../../study/effects/noise.ts";
import { type AlignedPair, checkMinimalPairs, sentencePairKey } from "../../study/rows/prepare.ts";
import { oncePerPair } from "../../study/rows/once_per_group.ts";
import { drawnRows, type ScoredRow } from "../../study/rows/score_rows.ts";
import type { Study } from "../../study/study.ts";
import { inTurns } from "../../stats/steps.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import type { Read } from "./decoded.ts";
import { type Directions, fitLayers, isApart, type PairFit } from "./fit.ts";
import { foldCount, type Split, type SplitOptions } from "./folds.ts";
import { frameSplits, heldOutFrames, heldOutOf } from "./held_out.ts";
import { ALONG, alongRuns, fullRuns, runPatches } from "./patches.ts";
import { endResiduals } from "./residuals.ts";

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
  readonly ofFrame?: {
    readonly frame: string;
    readonly layers: readonly ProbedLayer[];
  };
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
  const pairs = await distinctPairs(study);
  const keys = [...pairs.keys()];
  const { by, groups } = heldOutOf(study);
  const residuals = await endResiduals(text, [...pairs.values()]);
  const places = new Map(keys.map((key, place) => [key, place]));
  const placeOf = ({ key }: AlignedPair) => places.get(key)!;
  const { rows, images } = await study.scoredRows();
  const frames = heldOutFrames(study);
  const inFrames = rows.filter(({ pair }) => frames.includes(frameOfRow(pair)));
  const counted = (some: readonly ScoredRow[]) => new Set(some.map(({ aligned }) => aligned)).size;
  const along = ALONG.length * layers;
  const total = counted(rows) * (layers - 1 + along) + layers +
    counted(inFrames) * along + (frames.length > 0 ? layers : 0);
  let before = 0;
  const report = (done: number) => progress(before + done, total);
  /** S of each row in some patched runs of its pair. */
  const patch = async (some: readonly ScoredRow[], count: number, { runsOf, known }: {
    readonly runsOf: (pair: AlignedPair) => ChangedRun[];
    readonly known: Phase["kept"];
  }) => {
    const scores = await oncePerPair(some, {
      ...{ text, images, kept: known, progress: report },
      sizeOf: () => count,
      run: (batch) => runPatches(text, batch, runsOf),
    });
    before += counted(some) * count;
    return scores;
  };
  const whole = await patch(rows, layers - 1, {
    runsOf: (pair) => fullRuns(pair, residuals[placeOf(pair)]!),
    known: kept,
  });
  const wholeOf = new Map(rows.map((row, i) => [row, whole[i]!]));
  const none = new Float64Array(width);
  /** Fits all layers, and measures what the fits read and move in some rows. */
  const fitted = async (
    some: readonly ScoredRow[],
    options: Pick<SplitOptions, "groups"> & Pick<ProbeOptions, "splits">,
    known: Phase["kept"],
  ): Promise<ProbedLayer[][]> => {
    const fits = await inTurns(
      fitLayers(residuals, { keys, folds, seed, ...options, progress: report }),
    );
    before += layers;
    const directionsOf = (place: number): Directions[] =>
      fits.map((ofPair) => ofPair[place]?.directions ?? { means: none, probe: none });
    const coordinates = await patch(some, along, {
      runsOf: (pair) => alongRuns(pair, residuals[placeOf(pair)]!, directionsOf(placeOf(pair))),
      known,
    });
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
  const ofFrames = frames.length === 0
    ? []
    : await fitted(inFrames, { splits: frameSplits(study, seed) }, keptOf("frame directions"));
  const frameLayers = new Map(inFrames.map((row, i) => [row, ofFrames[i]!]));
  return rows.map((row, i): ProbedRow => {
    const layers = frameLayers.get(row);
    return {
      layers: made[i]!,
      heldOut: by,
      ...(layers && { ofFrame: { frame: frameOfRow(row.pair), layers } }),
    };
  });
}

/** The distinct sentence pairs of all shards by their keys, in the order of the keys. */
async function distinctPairs(study: Study): Promise<ReadonlyMap<string, AlignedPair>> {
  const rows = await drawnRows(study);
  const ofKey = new Map(rows.map(({ aligned }) => [aligned.key, aligned]));
  return new Map([...ofKey].sort(([a], [b]) => a < b ? -1 : 1));
}
