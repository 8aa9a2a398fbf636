/** Fits edits on pairs of sentences. */

import { meanOf } from "../edits/activation_edit.ts";
import type { DirectionEdit, Edit } from "../edits/edit.ts";
import { headNoun } from "../data/subject_noun.ts";
import { meanDifference } from "../study/effects/mean_difference.ts";
import type { Random } from "../stats/random.ts";

export interface FitPair {
  readonly negated: string;
  readonly affirmative: string;
  readonly noun: string;
}

export interface FitData {
  readonly pairs: readonly FitPair[];
  /** All nouns, with those of other folds: a concept's vector is that of its prompt, of which no row says whether it is true. */
  readonly nouns: readonly string[];
  /** The forms of a noun in the sentences. */
  readonly formsOf: (noun: string) => readonly string[];
  /** The noun whose prompt stands for a noun. */
  readonly promptOf: (noun: string) => string;
  /** The residual stream at the end token after the block, by sentence. */
  readonly stream: ReadonlyMap<string, Float32Array>;
  /** Embeddings of unit length. */
  readonly embeddings: ReadonlyMap<string, Float32Array>;
  readonly block: number;
  readonly prompt: string;
  /** The nodes of a circuit. @default {none: scale is not tried} */
  readonly nodes?: readonly string[] | undefined;
}

/** The edits that are fitted, by name; undefined if the data lack what one needs. */
export const FITS = {
  direction: (data) => directionOf(data, { name: "direction", rule: "add", sentences: "all" }),
  "direction if negated": (data) =>
    directionOf(data, { name: "direction if negated", rule: "add", sentences: "negated" }),
  "simple-neg": (data) =>
    directionOf(data, { name: "simple-neg", rule: "simple-neg", sentences: "all" }),
  concept: (data) => ({
    ...{ kind: "concept", name: "concept", strength: 1, sentences: "negated", block: data.block },
    nouns: data.nouns.map(data.formsOf),
    vectors: data.nouns.map((noun) => [...data.stream.get(data.promptOf(noun))!]),
  }),
  map: mapOf,
  scale: ({ nodes }) => nodes && { kind: "scale", name: "scale", strength: 1, factor: 2, nodes },
  score_rule: ({ prompt, nouns, promptOf }) => {
    const others = nouns.map((noun) => [noun, promptOf(noun)] as const);
    const isOwn = others.every(([noun, other]) => other === promptText(prompt, noun));
    const edit = { kind: "score_rule", name: "score_rule", strength: 1, prompt } as const;
    return isOwn ? edit : {
      ...edit,
      prompts: Object.fromEntries(
        others.map(([noun, other]) => [headNoun(noun), other]), // as the rule finds it in a sentence
      ),
    };
  },
} as const satisfies Readonly<Record<string, (data: FitData) => Edit | undefined>>;

export type FitName = keyof typeof FITS;

export const FIT_NAMES = Object.keys(FITS) as FitName[];

const OF_OTHER_NOUNS = "fitted on rows of other nouns";

/** What each edit is made from, which its gain must be read with. */
export const MADE_FROM: Readonly<Record<FitName, string>> = {
  direction: OF_OTHER_NOUNS,
  "direction if negated": OF_OTHER_NOUNS,
  "simple-neg": OF_OTHER_NOUNS,
  concept: "made from the prompts of all nouns: no row is fitted, no noun held out",
  map: OF_OTHER_NOUNS,
  scale: "made from a circuit, which may have been found on these rows",
  score_rule: "a fixed rule: no row is fitted, no noun held out",
};

/** The same of an edit from a file. */
export const MADE_ELSEWHERE = "from a file, which may have been fitted on these rows";

export function promptText(prompt: string, noun: string): string {
  return prompt.replace("{}", noun);
}

/** The mean difference of the streams, negated minus affirmative. */
function directionOf(
  { pairs, stream, block }: FitData,
  how: Pick<DirectionEdit, "name" | "rule" | "sentences">,
): Edit {
  const vector = [...meanDifference(pairs.map(({ negated, affirmative }) => (
    { negated: stream.get(negated)!, affirmative: stream.get(affirmative)! }
  )))];
  return { kind: "direction", strength: 1, ...how, blocks: [block], vectors: [vector] };
}

/** How much a map is held to the identity, as a share of the mean eigenvalue of the embeddings. */
const RIDGE = 0.01;

/** The map that leaves affirmative sentences where they are, and turns what a negated one has of its noun round. */
function mapOf({ pairs, nouns, embeddings, promptOf }: FitData): Edit {
  const prompts = new Map(nouns.map((noun) => [noun, embeddings.get(promptOf(noun))!]));
  const mean = meanOf([...prompts.values()]);
  const size = mean.length;
  const zero = new Float64Array(size);
  const [inputs, changes]: [Float32Array[], Float64Array[]] = [[], []];
  for (const { negated, affirmative, noun } of pairs) {
    const t = embeddings.get(negated)!;
    const u = prompts.get(noun)!.map((x, i) => x - mean[i]!);
    const square = u.reduce((sum, x) => sum + x * x, 0);
    const along = square === 0 ? 0 : u.reduce((sum, x, i) => sum + x * t[i]!, 0) / square;
    inputs.push(t, embeddings.get(affirmative)!);
    changes.push(Float64Array.from(u, (x) => -2 * along * x), zero);
  }
  const change = ridge(inputs, changes, RIDGE);
  const matrix = change.map((row, i) => Array.from(row, (x, j) => x + Number(i === j)));
  return { kind: "map", name: "map", strength: 1, matrix };
}

/** The data with labels at random: which sentence of a pair is the negated one, and which noun's prompt stands for a noun. */
export function shuffledLabels(data: FitData, random: Random): FitData {
  const others = random.shuffle(data.nouns.map(data.promptOf));
  const promptOf = new Map(data.nouns.map((noun, i) => [noun, others[i]!]));
  return {
    ...data,
    promptOf: (noun) => promptOf.get(noun)!,
    pairs: data.pairs.map(({ negated, affirmative, noun }) =>
      random.below(2) === 0
        ? { negated, affirmative, noun }
        : { negated: affirmative, affirmative: negated, noun }
    ),
  };
}

/**
 * The matrix B, [inputs, outputs], that minimises |X B - Y|^2 + a |B|^2, where a is a share of the mean of the diagonal of X'X; solved by
 * Cholesky's decomposition.
 */
export function ridge(
  inputs: readonly ArrayLike<number>[],
  outputs: readonly ArrayLike<number>[],
  share: number,
): Float64Array[] {
  const size = inputs[0]!.length;
  const matrix = (columns: number) => Array.from({ length: size }, () => new Float64Array(columns));
  const square = matrix(size);
  const right = matrix(outputs[0]!.length);
  inputs.forEach((x, row) => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) square[i]![j]! += x[i]! * x[j]!;
      for (let j = 0; j < right[i]!.length; j++) right[i]![j]! += x[i]! * outputs[row]![j]!;
    }
  });
  const trace = square.reduce((sum, row, i) => sum + row[i]!, 0);
  for (let i = 0; i < size; i++) square[i]![i]! += share * trace / size;
  for (let i = 0; i < size; i++) { // the lower triangle becomes L of L L'
    const own = square[i]!;
    for (let j = 0; j <= i; j++) {
      let sum = own[j]!;
      for (let k = 0; k < j; k++) sum -= own[k]! * square[j]![k]!;
      own[j] = i === j ? Math.sqrt(sum) : sum / square[j]![j]!;
    }
  }
  for (let column = 0; column < right[0]!.length; column++) {
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) right[i]![column]! -= square[i]![k]! * right[k]![column]!;
      right[i]![column]! /= square[i]![i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) right[i]![column]! -= square[k]![i]! * right[k]![column]!;
      right[i]![column]! /= square[i]![i]!;
    }
  }
  return right;
}
