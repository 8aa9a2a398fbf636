/** The neurons of the text tower's MLPs: what each does to d to first order, by one gradient, and what the largest do when they are patched. */

import { sumOf } from "../../stats/columns.ts";
import { shortToken } from "../../charts/texts.ts";
import { expandHookNames } from "../../hooks/cache.ts";
import { add } from "../../hooks/interventions.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import { inParts, oncePerPair, type PairedRuns } from "../../study/rows/once_per_group.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";
import { lastHops } from "./attribute_rows.ts";
import { seededRandom } from "../../stats/random.ts";
import { effectOnD, signOf, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import { scoreScale } from "../../study/readout.ts";
import type { ScoredRow } from "../../study/rows/score_rows.ts";
import type { Study } from "../../study/study.ts";

/** How many neurons are patched, those with the largest shares of d and some of the others; how many words are told that excite one. */
const [MOST_LARGEST, MOST_DRAWN, MOST_WORDS] = [50, 6, 3];

/** The values and gradients of a row take 1.8 MB in ViT-B/32 size. */
const ROWS_PER_BATCH = 32;

/** The vectors that are added in their runs take 200 MB in ViT-B/32 size. */
const PAIRS_PER_PART = 320;

export interface PatchedNeuron {
  /** The block's number from 1. */
  readonly layer: number;
  /** The neuron's number from 1. */
  readonly neuron: number;
  readonly choice: "largest" | "drawn";
  /** The words at which it is most active. */
  readonly tokens: string;
}

/** The effects of the patched neurons on the d of one row. */
export type MeasuredNeurons = Awaited<ReturnType<typeof patchNeurons>>[number];

export const NEURONS = "blocks.*.mlp.hook_post";

type ScreenedNeurons = Awaited<ReturnType<typeof screenNeurons>>;

interface NeuronPlace {
  readonly block: number;
  readonly at: number;
}

/** Chooses neurons by what they do to first order: their places, and the effects of these alone on each row. */
export async function screenNeurons(
  study: Study,
  { progress, seed }: Pick<Phase, "progress" | "seed">,
) {
  const { rows } = await study.scoredRows();
  const { layers, mlpWidth: width } = study.text.tower.shape;
  const hooks = expandHookNames([NEURONS], study.text.hooks);
  const effects = await gradientEffects(study, hooks, (done) => progress(done, 2 * rows.length));
  const shares = sharesBySide(rows, effects);
  const sizes = Float64Array.from(
    { length: layers * width },
    (_, index) => Math.max(...shares.map(([_, own]) => Math.abs(own[index] ?? 0))),
  );
  const order = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const others = seededRandom(seed).shuffle(order.slice(MOST_LARGEST));
  const chosen = [...order.slice(0, MOST_LARGEST), ...others.slice(0, MOST_DRAWN)];
  const neurons = chosen.map((index): NeuronPlace => ({
    block: Math.floor(index / width),
    at: index % width,
  }));
  const gradient = effects.map((own) => chosen.map((index) => own[index]!));
  return { width, shares, neurons, gradient, values: new NeuronValues(neurons) };
}

/** Measures screened neurons: their values of the negated sentence replace those in the run of the affirmative one, at all positions. */
export async function patchNeurons(
  study: Study,
  { width, shares, neurons, gradient, values }: ScreenedNeurons,
  { keptOf, progress }: Pick<Phase, "keptOf" | "progress">,
) {
  const { rows } = await study.scoredRows();
  const all = 2 * rows.length; // which have been screened and attributed before
  const left = study.sentencePairs.filter((pair) => !values.has(pair));
  for await (const _ of lastHops(study.text, left, values));
  const scores = await patchedScores(study, neurons, {
    values,
    kept: keptOf("neurons"),
    progress: (done, total) => progress(all + done, all + total),
  });
  const patched = neurons.map(({ block, at }, i): PatchedNeuron => ({
    ...{ layer: block + 1, neuron: at + 1, tokens: activeTokens(study, i, values) },
    choice: i < MOST_LARGEST ? "largest" : "drawn",
  }));
  return rows.map((row, i) => ({
    screen: { width, shares, patched },
    exact: scores[i]!.map((s) => effectOnD(row.scores, s)),
    gradient: gradient[i]!,
  }));
}

/** S of each row with each neuron patched, which adds a multiple of the neuron's row of W_out to the stream after its block. */
async function patchedScores(
  study: Study,
  neurons: readonly NeuronPlace[],
  { values, ...how }: Pick<PairedRuns, "kept" | "progress"> & { readonly values: NeuronValues },
): Promise<(readonly number[])[]> {
  const { text } = study;
  const { rows, images, sentences } = await study.scoredRows();
  const written: Float32Array[] = [];
  for (const { block, at } of neurons) {
    const weights = await text.weights.get(`blocks.${block}.mlp.W_out`);
    written.push(weights.row(at).data.slice()); // not all neurons
  }
  const runsOf = ({ negated, affirmative }: AlignedPair, vectors: Map<string, Float32Array>) => {
    const [to, from] = [values.of(negated), values.of(affirmative)];
    return neurons.map(({ block }, i) => {
      const changes = to[i]!.flatMap((value, position) => {
        const by = value - from[i]![position]!;
        if (by === 0) return [];
        const multiple = () => written[i]!.map((x) => by * x);
        const vector = vectors.getOrInsertComputed(`${i} ${by}`, multiple);
        return [add(`blocks.${block}.hook_resid_post`, vector, { position })];
      });
      return { of: "affirmative", changes };
    });
  };
  return await oncePerPair(rows, {
    ...{ text, images, ...how },
    sizeOf: () => neurons.length,
    run: (pairs) =>
      inParts(pairs, PAIRS_PER_PART, async function* (part) {
        const vectors = new Map<string, Float32Array>(); // sentences that begin alike share them
        const groups = part.map((pair) => (
          { sentences: { affirmative: pair.affirmative }, runs: runsOf(pair, vectors) }
        ));
        for await (const results of runChanges(text, groups)) {
          yield results.map(({ index, place, embedding, equals }) => {
            const { sentence } = part[index]!.affirmative;
            return { index, place, embedding: equals ? sentences.get(sentence)! : embedding };
          });
        }
      }),
  });
}

/** For each row the effects on d, in the order layer, neuron: sums over positions of (negated - affirmative value) x gradient of S in the affirmative run. */
async function gradientEffects(
  study: Study,
  hooks: readonly string[],
  progress: (done: number) => void,
): Promise<Float32Array[]> {
  const { text } = study;
  const { rows, images } = await study.scoredRows();
  const { mlpWidth: width } = text.tower.shape;
  const scale = scoreScale(text.family);
  const effects: Float32Array[] = [];
  const lengthOf = (row: number) => rows[row]!.aligned.affirmative.ids.length;
  const order = [...Map.groupBy(rows.keys(), (row) => rows[row]!.aligned).values()].flat()
    .sort((a, b) => lengthOf(a) - lengthOf(b)); // which run together
  for (let first = 0; first < order.length; first += ROWS_PER_BATCH) {
    const places = order.slice(first, first + ROWS_PER_BATCH);
    const batch = places.map((place) => rows[place]!);
    const pairs = [...new Set(batch.map(({ aligned }) => aligned))];
    const { values, gradients } = await text.runWithGradients(
      batch.map(({ aligned }) => aligned.affirmative.sentence),
      hooks,
      { targets: batch.map(({ scores }) => images.get(scores.image)!), scale },
    );
    const { cache } = await text.runWithCache(pairs.map(({ negated }) => negated.sentence), hooks);
    for (const [i, { aligned, scores }] of batch.entries()) {
      const sign = signOf(scores.negation);
      const own = effects[places[i]!] = new Float32Array(hooks.length * width);
      for (const [block, hook] of hooks.entries()) {
        const negated = cache.row(hook, pairs.indexOf(aligned)).data;
        const affirmative = values.row(hook, i).data;
        const gradient = gradients.row(hook, i).data;
        for (let at = 0; at < gradient.length; at++) {
          own[block * width + at % width]! += sign * gradient[at]! *
            (negated[at]! - affirmative[at]!);
        }
      }
    }
    progress(first + batch.length);
  }
  return effects;
}

/** The shares of d of all neurons by side, in the order layer, neuron. */
function sharesBySide(rows: readonly ScoredRow[], effects: readonly Float32Array[]) {
  const sides = Map.groupBy(rows.keys(), (row) => rows[row]!.scores.negation);
  return [...sides].map(([negation, own]) => {
    const shares = new Float64Array(effects[0]!.length);
    const all = sumOf(own.map((row) => sizeOfD(rows[row]!.scores.d)));
    for (const row of own) {
      const weight = signOfD(rows[row]!.scores.d) / all;
      effects[row]!.forEach((effect, index) => shares[index]! += weight * effect);
    }
    return [negation, Array.from(shares, (share) => all === 0 ? undefined : share)] as const;
  });
}

/** The values of neurons in sentences as these are run. */
class NeuronValues {
  readonly hooks: readonly string[];
  readonly #places: readonly { readonly hook: string; readonly at: number }[];
  readonly #known = new Map<string, readonly (readonly number[])[]>();

  constructor(neurons: readonly NeuronPlace[]) {
    this.#places = neurons.map(({ block, at }) => ({ hook: NEURONS.replace("*", `${block}`), at }));
    this.hooks = [...new Set(this.#places.map(({ hook }) => hook))];
  }

  read({ sentence, ids }: TokenizedSentence, valueOf: (hook: string) => Tensor): void {
    const values = new Map(this.hooks.map((hook) => [hook, valueOf(hook)]));
    const own = this.#places.map(({ hook, at }) =>
      ids.map((_, position) => values.get(hook)!.at(position, at))
    );
    this.#known.set(sentence, own);
  }

  has({ negated, affirmative }: AlignedPair): boolean {
    return this.#known.has(negated.sentence) && this.#known.has(affirmative.sentence);
  }

  /** Those of each neuron, by position. */
  of({ sentence }: TokenizedSentence): readonly (readonly number[])[] {
    return this.#known.get(sentence)!;
  }
}

/** The different words at which a neuron is most active in any sentence, the first met of equal ones; the start token does not count. */
export function activeTokens(
  { text, sentencePairs }: Pick<Study, "text" | "sentencePairs">,
  neuron: number,
  values: Pick<NeuronValues, "of">,
): string {
  const most = new Map<string, number>();
  const { start } = text.ownTokens("");
  for (const of of sentencePairs.flatMap(({ negated, affirmative }) => [negated, affirmative])) {
    const words = wordsOf(of.sentence, of.tokens);
    values.of(of)[neuron]!.forEach((value, position) => {
      const word = words[position]!;
      if (position >= start && value > (most.get(word) ?? -Infinity)) most.set(word, value);
    });
  }
  return [...most].toSorted(([, a], [, b]) => b - a).slice(0, MOST_WORDS).map(([word]) => word)
    .join(" ");
}

/** For each token the word that it is a piece of; one that is none, such as the end token, stands for itself. */
export function wordsOf(sentence: string, tokens: readonly string[]): string[] {
  const words = sentence.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]+/gu) ?? [];
  const all = words.join("");
  const wordAt = words.flatMap((word) => new Array<string>(word.length).fill(word));
  let from = 0;
  return tokens.map((token) => {
    const piece = token.replace("▁", "").toLowerCase();
    const at = all.indexOf(piece, from);
    if (at < 0) return shortToken(token);
    from = at + piece.length;
    return wordAt[at] ?? shortToken(token);
  });
}
