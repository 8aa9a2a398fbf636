/** Fits probes and directions to all rows, and measures for each row what they read and what patching them does. */

import { effectOnD } from "../../study/effects/sign.ts";
import { checkMinimalPairs } from "../../study/rows/minimal_pairs.ts";
import { oncePerGroup } from "../../study/rows/once_per_group.ts";
import { type AlignedPair, sentencePairKey } from "../../study/rows/prepare.ts";
import { drawnRows } from "../../study/rows/study_rows.ts";
import type { Study } from "../../study/study.ts";
import { inTurns } from "../../stats/steps.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import type { Read } from "./decoded.ts";
import type { Directions, PairFit } from "./fit.ts";
import { fitLayers, isApart } from "./fit_layers.ts";
import { foldCount, type Split, type SplitOptions } from "./folds.ts";
import {
  alongPlaces,
  fullPlaces,
  type PatchedPair,
  type PatchPlace,
  runPatches,
} from "./patches.ts";
import { endResiduals } from "./residuals.ts";

/** What is measured for a row at one layer. */
export interface ProbedLayer {
  /** Whether the vectors of its sentences differ by more than rounding. */
  readonly differs: boolean;
  /** What is read of its pair; undefined if its vectors do not differ, or those of too few pairs do. */
  readonly read: Read | undefined;
  /** The part of d that each patch restores, in logits; undefined if the vectors differ, and too few others do for a direction. */
  readonly effects: Readonly<Record<keyof Directions, number | undefined> & { full: number }>;
}

/** What is measured for a row. */
export interface ProbedRow {
  /** Its layers: the embeddings, then each block. */
  readonly layers: readonly ProbedLayer[];
}

/** The embeddings of the end token are the same in both sentences: there is nothing to read and nothing to patch. */
const EMBEDDINGS: ProbedLayer = {
  differs: false,
  read: undefined,
  effects: { means: 0, probe: 0, full: 0 },
};

/** What a measurement needs besides the model and the rows. */
export interface ProbeOptions
  extends Pick<SplitOptions, "folds">, Pick<Phase, "seed" | "kept" | "keptOf" | "progress"> {
  /** The fold of each sentence pair by its key. @default {as the seed deals them out} */
  readonly splits?: ReadonlyMap<string, Split>;
}

/** Checks the rows of all shards, to which everything is fitted, before any work begins. */
export async function checkProbe(study: Study, folds?: number): Promise<void> {
  foldCount(new Set(study.inputs.drawn.map(sentencePairKey)).size, folds);
  checkMinimalPairs("probe", { family: study.text.family, rows: await drawnRows(study) });
}

/**
 * Probes every row. The rows must have passed {@linkcode checkProbe}.
 *
 * A shard fits to the rows of all shards, which needs two runs for each of their sentence pairs, and patches its own.
 */
export async function probeRows(
  study: Study,
  { folds, seed, kept, keptOf, progress, ...given }: ProbeOptions,
): Promise<ProbedRow[]> {
  const { text } = study;
  const { layers } = text.tower.shape;
  const pairs = await distinctPairs(study);
  foldCount(pairs.size, folds);
  const residuals = await endResiduals(text, [...pairs.values()]);
  const places = new Map([...pairs.keys()].map((key, place) => [key, place]));
  const placeOf = ({ key }: AlignedPair) => places.get(key)!;
  const { rows, images } = await study.scoredRows();
  const [full, along] = [fullPlaces(layers), alongPlaces(layers)];
  const runs = new Set(rows.map(({ aligned }) => aligned)).size;
  const total = runs * (full.length + along.length) + layers;
  const patch = (
    patches: readonly PatchPlace[],
    { rest, known, before }: {
      readonly rest: (pair: AlignedPair) => Pick<PatchedPair, "directions">;
      readonly known: Phase["kept"];
      readonly before: number;
    },
  ) =>
    oncePerGroup(rows, {
      groupOf: ({ aligned }) => aligned,
      idOf: ({ pair }) => pair.id,
      sizeOf: () => patches.length,
      run: (batch) => {
        const patched = batch.map((pair) => (
          { pair, residuals: residuals[placeOf(pair)]!, ...rest(pair) }
        ));
        return runPatches(text, patched, patches);
      },
      score: ({ pair }, made) => text.family.similarity.score(made, images.get(pair.image)!),
      kept: known,
      progress: (done) => progress(before + done, total),
    });
  const before = runs * full.length;
  const whole = await patch(full, { rest: () => ({}), known: kept, before: 0 });
  const fits = await inTurns(
    fitLayers(residuals, {
      keys: [...pairs.keys()],
      folds,
      seed,
      splits: given.splits,
      progress: (done) => progress(before + done, total),
    }),
  );
  const none = new Float64Array(text.tower.shape.width);
  const directions = (pair: AlignedPair): readonly Directions[] =>
    fits.map((ofPair) => ofPair[placeOf(pair)]?.directions ?? { means: none, probe: none });
  const coordinates = await patch(along, {
    rest: (pair) => ({ directions: directions(pair) }),
    known: keptOf("directions"),
    before: before + layers,
  });
  return rows.map(({ aligned, scores }, row): ProbedRow => {
    const place = placeOf(aligned);
    const { d } = scores;
    const effectOf = (s: number) => effectOnD(scores, s);
    const ofLayer = (ofPair: readonly (PairFit | undefined)[], block: number): ProbedLayer => {
      const differs = isApart(residuals[place]!, block);
      const fit = ofPair[place];
      const [means, probe] = coordinates[row]!.slice(2 * block)
        .map((s) => differs && fit === undefined ? undefined : effectOf(s));
      const full = block === layers - 1 ? d : effectOf(whole[row]![block]!); // in the last block it is the negated run
      const read = fit && { fold: fit.fold, logits: fit.logits, control: fit.control };
      return { differs, read, effects: { means, probe, full } };
    };
    return { layers: [EMBEDDINGS, ...fits.map(ofLayer)] };
  });
}

/** The distinct sentence pairs of all shards by their keys, in the order of the keys. */
async function distinctPairs(study: Study): Promise<ReadonlyMap<string, AlignedPair>> {
  const rows = await drawnRows(study);
  const ofKey = new Map(rows.map(({ aligned }) => [aligned.key, aligned]));
  return new Map([...ofKey].sort(([a], [b]) => a < b ? -1 : 1));
}
