/** Fits probes and directions to all rows, and measures for each row what they read and what patching them does. */

import { effectOnD } from "../../subject/effects/sign.ts";
import { checkMinimalPairs } from "../../subject/rows/minimal_pairs.ts";
import { oncePerGroup } from "../../subject/once_per_group.ts";
import { type AlignedPair, sentencePairKey } from "../../subject/prepare.ts";
import type { Subject } from "../../subject/subject.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import type { Phase } from "../experiment.ts";
import { type Directions, fitLayer, type LayerFit, type Logits } from "./fit.ts";
import { foldCount, type Split, type SplitOptions, splitPairs } from "./folds.ts";
import {
  alongPlaces,
  fullPlaces,
  type Patch,
  type PatchedPair,
  type PatchPlace,
  runPatches,
} from "./patches.ts";
import { type EndResiduals, endResiduals } from "./residuals.ts";

/** What is measured for a row at one layer. */
export interface ProbedLayer {
  /** The probe's logits of both sentences; it has not seen the row's fold. */
  readonly logits: Logits;
  /** The share of right answers of the controls. */
  readonly control: number;
  /** The part of d that each patch restores, in logits. */
  readonly effects: Readonly<Record<Patch, number>>;
}

/** What is measured for a row. */
export interface ProbedRow {
  /** Its fold, from 0. */
  readonly fold: number;
  /** Its layers: the embeddings, then each block. */
  readonly layers: readonly ProbedLayer[];
}

/** The embeddings of the end token are the same in both sentences: there is nothing to read and nothing to patch. */
const EMBEDDINGS: ProbedLayer = {
  logits: [0, 0],
  control: 0.5,
  effects: { means: 0, probe: 0, full: 0 },
};

/** What a measurement needs besides the model and the rows. */
export interface ProbeOptions
  extends Pick<SplitOptions, "folds">, Pick<Phase, "seed" | "kept" | "keptOf" | "progress"> {
  /** The fold of each sentence pair by its key. @default {as the seed deals them out} */
  readonly splits?: ReadonlyMap<string, Split>;
}

/**
 * Checks the rows of all shards, to which everything is fitted, before any work begins.
 *
 * @param subject The model and the rows.
 * @param folds The number of folds. @default {5, or fewer so that each has two pairs}
 * @throws {NegscopeError} If there are fewer than two distinct sentence pairs for each fold, or a row is not a minimal pair.
 */
export async function checkProbe(subject: Subject, folds?: number): Promise<void> {
  foldCount(new Set(subject.inputs.drawn.map(sentencePairKey)).size, folds);
  checkMinimalPairs("probe", { family: subject.text.family, rows: await subject.drawnRows() });
}

/**
 * Probes every row. The rows must have passed {@linkcode checkProbe}.
 *
 * A shard fits to the rows of all shards, which needs two runs for each of their sentence pairs, and patches its own.
 *
 * @param subject The model and the rows.
 * @param options The folds, the seed, and where results and progress go.
 * @returns What is measured for each row.
 * @throws {NegscopeError} If there are fewer than two distinct sentence pairs for each fold.
 */
export async function probeRows(
  subject: Subject,
  { folds, seed, kept, keptOf, progress, ...given }: ProbeOptions,
): Promise<ProbedRow[]> {
  const { text } = subject;
  const { layers } = text.tower.shape;
  const pairs = await distinctPairs(subject);
  const splitOf = given.splits ?? splitPairs(pairs.keys(), { folds, seed });
  const splits = [...pairs.keys()].map((key) => splitOf.get(key)!);
  const residuals = await endResiduals(text, [...pairs.values()]);
  const places = new Map([...pairs.keys()].map((key, place) => [key, place]));
  const placeOf = ({ key }: AlignedPair) => places.get(key)!;
  const { rows, images } = await subject.score();
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
      run: (own) => {
        const patched = own.map((pair) => (
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
    fitLayers(residuals, splits, (done) => progress(before + done, total)),
  );
  const directions = (pair: AlignedPair): readonly Directions[] =>
    fits.map(({ directions }) => directions[splits[placeOf(pair)]!.fold]!);
  const coordinates = await patch(along, {
    rest: (pair) => ({ directions: directions(pair) }),
    known: keptOf("directions"),
    before: before + layers,
  });
  return rows.map(({ aligned, scores }, row): ProbedRow => {
    const place = placeOf(aligned);
    const { d } = scores;
    const effectOf = (s: number) => effectOnD(scores, s);
    const ofLayer = ({ logits, control }: LayerFit, block: number): ProbedLayer => {
      const [means, probe] = coordinates[row]!.slice(2 * block).map(effectOf);
      const full = block === layers - 1 ? d : effectOf(whole[row]![block]!); // in the last block it is the negated run
      const effects = { means: means!, probe: probe!, full };
      return { logits: logits[place]!, control: control[place]!, effects };
    };
    return { fold: splits[place]!.fold, layers: [EMBEDDINGS, ...fits.map(ofLayer)] };
  });
}

/** The distinct sentence pairs of all shards by their keys, in the order of the keys. */
async function distinctPairs(subject: Subject): Promise<ReadonlyMap<string, AlignedPair>> {
  const rows = await subject.drawnRows();
  const ofKey = new Map(rows.map(({ aligned }) => [aligned.key, aligned]));
  return new Map([...ofKey].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Fits all blocks, the first one first. */
function* fitLayers(
  residuals: readonly EndResiduals[],
  splits: readonly Split[],
  progress: (done: number) => void,
): Steps<LayerFit[]> {
  const fits: LayerFit[] = [];
  for (const block of residuals[0]!.negated.keys()) {
    const vectors = residuals.map(({ negated, affirmative }) => (
      { negated: negated[block]!, affirmative: affirmative[block]! }
    ));
    fits.push(yield* fitLayer(vectors, splits));
    progress(fits.length);
  }
  return fits;
}
