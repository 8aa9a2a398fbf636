/** The neurons of the text tower's MLPs: what each does to d to first order, by one gradient, and what the largest do when they are patched. */

import { shortToken } from "../../charts/texts.ts";
import type { Negation } from "../../data/pairs.ts";
import { expandHookNames } from "../../hooks/cache.ts";
import { patch } from "../../hooks/interventions.ts";
import { seededRandom } from "../../stats/random.ts";
import { effectOnD, signOf, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import { scoreScale } from "../../study/readout.ts";
import type { ScoredRow } from "../../study/rows/score_rows.ts";
import type { Study } from "../../study/study.ts";

/** How many neurons are patched, those with the largest shares of d and some of the others; how many words are told that excite one. */
const [MOST_LARGEST, MOST_DRAWN, MOST_WORDS] = [50, 10, 3];

/** The values and gradients of a row take 1.8 MB in ViT-B/32 size. */
const ROWS_PER_BATCH = 32;

export interface PatchedNeuron {
  /** The block's number from 1. */
  readonly layer: number;
  /** The neuron's number from 1. */
  readonly neuron: number;
  readonly choice: "largest" | "drawn";
  /** The words at which it is most active. */
  readonly tokens: string;
}

/** What was found over all rows: the shares of d of all neurons by side, in the order layer, neuron, and which were patched. */
interface NeuronScreen {
  /** The neurons of an MLP. */
  readonly width: number;
  readonly shares: readonly (readonly [Negation, readonly (number | undefined)[]])[];
  readonly patched: readonly PatchedNeuron[];
}

/** The effects of the patched neurons on the d of one row. */
export interface MeasuredNeurons extends Readonly<Record<"exact" | "gradient", readonly number[]>> {
  readonly screen: NeuronScreen;
}

export const NEURONS = "blocks.*.mlp.hook_post";

/** Measures neurons: their values of the negated sentence replace those in the run of the affirmative one, at all positions. */
export async function measureNeurons(
  study: Study,
  { keptOf, progress, seed }: Pick<Phase, "keptOf" | "progress" | "seed">,
): Promise<MeasuredNeurons[]> {
  const { rows } = await study.scoredRows();
  const { layers, mlpWidth: width } = study.text.tower.shape;
  const hooks = expandHookNames([NEURONS], study.text.hooks);
  const all = rows.length; // which have been attributed before
  const effects = await gradientEffects(study, hooks, (done) => progress(all + done, 2 * all));
  const shares = sharesBySide(rows, effects);
  const sizes = Float64Array.from(
    { length: layers * width },
    (_, index) => Math.max(...shares.map(([_, own]) => Math.abs(own[index] ?? 0))),
  );
  const order = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const others = seededRandom(seed).shuffle(order.slice(MOST_LARGEST));
  const chosen = [...order.slice(0, MOST_LARGEST), ...others.slice(0, MOST_DRAWN)];
  const places = chosen.map((index) => ({ block: Math.floor(index / width), at: index % width }));
  const tokens = await activeTokens(study, places.map(({ block, at }) => [hooks[block]!, at]));
  const runs = places.map(({ block, at }) => ({
    of: "affirmative" as const,
    changes: [patch(hooks[block]!, { neuron: at, from: "negated" })],
  }));
  const scores = await study.scoresOf(runs, {
    kept: keptOf("neurons"),
    progress: (done, total) => progress(2 * all + done, 2 * all + total),
  });
  const patched = places.map(({ block, at }, i): PatchedNeuron => ({
    ...{ layer: block + 1, neuron: at + 1, tokens: tokens[i]! },
    choice: i < MOST_LARGEST ? "largest" : "drawn",
  }));
  return rows.map((row, i) => ({
    screen: { width, shares, patched },
    exact: scores[i]!.map((s) => effectOnD(row.scores, s!)),
    gradient: chosen.map((index) => effects[i]![index]!),
  }));
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
  const order = [...Map.groupBy(rows.keys(), (row) => rows[row]!.aligned).values()].flat();
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
      const own = effects[places[i]!] = new Float32Array(hooks.length * width);
      for (const [block, hook] of hooks.entries()) {
        const negated = cache.row(hook, pairs.indexOf(aligned)).data;
        const affirmative = values.row(hook, i).data;
        gradients.row(hook, i).data.forEach((gradient, at) => {
          own[block * width + at % width]! += signOf(scores.negation) * gradient *
            (negated[at]! - affirmative[at]!);
        });
      }
    }
    progress(first + batch.length);
  }
  return effects;
}

function sharesBySide(
  rows: readonly ScoredRow[],
  effects: readonly Float32Array[],
): NeuronScreen["shares"] {
  const sides = Map.groupBy(rows.keys(), (row) => rows[row]!.scores.negation);
  return [...sides].map(([negation, own]) => {
    const shares = new Float64Array(effects[0]!.length);
    const all = own.reduce((sum, row) => sum + sizeOfD(rows[row]!.scores.d), 0);
    for (const row of own) {
      const weight = signOfD(rows[row]!.scores.d) / all;
      effects[row]!.forEach((effect, index) => shares[index]! += weight * effect);
    }
    return [negation, Array.from(shares, (share) => all === 0 ? undefined : share)];
  });
}

/** The different words at which each neuron is most active in any sentence, the first met of equal ones; the start token does not count. */
async function activeTokens(
  { text, sentencePairs }: Study,
  neurons: readonly (readonly [hook: string, at: number])[],
): Promise<string[]> {
  const most = neurons.map(() => new Map<string, number>());
  const sentences = sentencePairs.flatMap(({ negated, affirmative }) => [negated, affirmative]);
  const hooks = [...new Set(neurons.map(([hook]) => hook))];
  const { start } = text.ownTokens("");
  for (let first = 0; first < sentences.length; first += ROWS_PER_BATCH) {
    const batch = sentences.slice(first, first + ROWS_PER_BATCH);
    const { cache } = await text.runWithCache(batch.map(({ sentence }) => sentence), hooks);
    for (const [row, { sentence, tokens }] of batch.entries()) {
      const words = wordsOf(sentence, tokens);
      for (const [i, [hook, at]] of neurons.entries()) {
        const values = cache.row(hook, row);
        for (let position = start; position < tokens.length; position++) {
          const value = values.data[position * values.stride(0) + at]!;
          const word = words[position]!;
          if (value > (most[i]!.get(word) ?? -Infinity)) most[i]!.set(word, value);
        }
      }
    }
  }
  return most.map((own) =>
    [...own].toSorted(([, a], [, b]) => b - a).slice(0, MOST_WORDS).map(([word]) => word).join(" ")
  );
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
