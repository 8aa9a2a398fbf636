/** What edits are fitted on and tried on: rows whose nouns are divided into folds, fits on pairs of sentences, and their controls. */

import { type Choice, optionCount, optionOf, pictureKey } from "../benchmark/choice.ts";
import { nounOf } from "../benchmark/text_scorers.ts";
import { frameOf, headNoun } from "../data/subject.ts";
import { negatedInData, type Pair } from "../data/pairs.ts";
import { type ChosenClusters, clusterOf, frameOfRow, framesOf } from "../study/clusters.ts";
import type { Embeddings } from "../study/embeddings.ts";
import { drawAlike, type Random, seededRandom } from "../stats/random.ts";
import { lengthOf, meanOf } from "../edits/changes.ts";
import type { DirectionEdit, Edit } from "../edits/edit.ts";
import { meanDifference } from "../study/effects/means.ts";
import { allNodes, nodeName, type NodeSizes, readNode } from "../tables/nodes.ts";

/** A row: options of which one is right. */
export interface TrialRow {
  readonly options: readonly { readonly sentence: string; readonly picture: string }[];
  readonly right: number;
  readonly noun: string;
  readonly cluster: string;
  /** What it is counted in, besides all rows. */
  readonly groups: readonly string[];
  /** The option whose sentence is affirmative and true of its picture, if there is one. */
  readonly affirmative?: { readonly sentence: string; readonly picture: string };
  /** Its sides, of data of pairs. */
  readonly pair?: Pair;
}

export interface TrialSet {
  readonly name: string;
  readonly rows: readonly TrialRow[];
  readonly pictures: Embeddings;
}

/** The frame of a row by the words of its negated sentence, whatever the data call it. */
export function wordsFrame(pair: Pair): string {
  return frameOf(negatedInData(pair));
}

/** The group of rows whose frame no row has that an edit is fitted on. */
const OTHER_FRAMES = "frames not fitted on";

/** The rows of pairs, in the order of the data; `fitted` are the frames that edits are fitted on. */
export function rowsOfPairs(
  pairs: readonly Pair[],
  { cluster, fitted }: {
    readonly cluster?: ChosenClusters | undefined;
    readonly fitted: ReadonlySet<string>;
  },
): TrialRow[] {
  const frames = new Set(framesOf(pairs));
  return pairs.map((pair) => {
    const { image: picture, caption, foil, negation, negator } = pair;
    const frame = frameOfRow(pair);
    const options = [caption, foil].map((sentence) => ({ sentence, picture }));
    return {
      options,
      right: 0,
      noun: clusterOf(pair, "noun"),
      cluster: clusterOf(pair, cluster),
      pair,
      groups: [
        `negated ${negation}`,
        ...frames.has(frame) ? [`frame ${frame}`] : [],
        ...fitted.has(wordsFrame(pair)) ? [] : [OTHER_FRAMES],
        ...negator === undefined ? [] : [`negator ${negator}`],
      ],
      ...negation === "foil" && { affirmative: options[0]! },
    };
  });
}

export function rowsOfChoices(
  choices: readonly Choice[],
  cluster?: ChosenClusters | undefined,
): TrialRow[] {
  return choices.filter(({ pictures }) => pictures.length > 0).map((choice) => {
    const { right, pictures, group, template, negator, frame } = choice;
    const named = { group, template, negator, frame };
    return {
      options: Array.from({ length: optionCount(choice) }, (_, option) => {
        const { sentence, picture } = optionOf(choice, option);
        return { sentence, picture: pictureKey(picture!) };
      }),
      right,
      noun: nounOf(choice),
      cluster: cluster === "noun" ? nounOf(choice) : pictures[0]!.image,
      groups: Object.entries(named).flatMap(([by, value]) =>
        value === undefined ? [] : [`${by} ${value}`]
      ),
    };
  });
}

/** The most folds that nouns are divided into. */
const MOST_FOLDS = 5;

/** The fold in which each noun is held out, with others of the same head, such as "traffic light"; those that edits are fitted on are spread first, so that no fold has all. */
export function foldsOf(
  nouns: Iterable<string>,
  seed: number,
  fitted: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, number> {
  const all = [...new Set(nouns)].sort();
  const isOther = (alike: readonly string[]) => Number(!alike.some((noun) => fitted.has(noun)));
  const shuffled = seededRandom(seed).shuffle([...Map.groupBy(all, headNoun).values()])
    .sort((a, b) => isOther(a) - isOther(b));
  const count = Math.min(MOST_FOLDS, shuffled.length);
  return new Map(shuffled.flatMap((alike, i) => alike.map((noun) => [noun, i % count])));
}

export interface FitPair {
  readonly negated: string;
  readonly affirmative: string;
  readonly noun: string;
}

export interface FitData {
  readonly pairs: readonly FitPair[];
  /** All nouns, with those of other folds: a concept's vector is that of its prompt, of which no row says whether it is true. */
  readonly nouns: readonly string[];
  readonly formsOf: (noun: string) => readonly string[];
  readonly promptOf: (noun: string) => string;
  /** The residual stream at the end token after the block, by sentence. */
  readonly stream: ReadonlyMap<string, Float32Array>;
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
  score_rule: (data) => ({ ...ruleOf(data), name: "score_rule" }),
  cap: (data) => ({ ...ruleOf(data), name: "cap", rule: "cap" }),
  project: (data) => ({ ...ruleOf(data), name: "project", rule: "project" }),
  merge: () => ({ kind: "merge", name: "merge", strength: 1 }),
} as const satisfies Readonly<Record<string, (data: FitData) => Edit | undefined>>;

function ruleOf({ prompt, nouns, promptOf }: FitData) {
  const others = nouns.map((noun) => [noun, promptOf(noun)] as const);
  const isOwn = others.every(([noun, other]) => other === prompt.replace("{}", noun));
  const edit = { kind: "score_rule", strength: 1, rule: "subtract", prompt } as const;
  return isOwn ? edit : {
    ...edit,
    prompts: Object.fromEntries(
      others.map(([noun, other]) => [headNoun(noun), other]), // as the rule finds it in a sentence
    ),
  };
}

export type FitName = keyof typeof FITS;

export const FIT_NAMES = Object.keys(FITS) as FitName[];

const FIXED: readonly string[] = ["score_rule", "cap", "project", "merge"] satisfies FitName[];

export const FITTED = "fitted on rows of other nouns";

/** What an edit is made from, which its gain must be read with; `files` are the names of those from files. */
export function madeFrom(name: string, files: ReadonlySet<string>): string {
  if (files.has(name)) return "from a file, which may have been fitted on these rows";
  if (name === "concept") {
    return "made from the prompts of all nouns: no row is fitted, no noun held out";
  }
  if (name === "scale") return "made from a circuit, which may have been found on these rows";
  return FIXED.includes(name) ? "a fixed rule: no row is fitted, no noun held out" : FITTED;
}

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
    const along = u.reduce((sum, x, i) => sum + x * t[i]!, 0) / (square || 1);
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

/** The matrix B, [inputs, outputs], that minimises |X B - Y|^2 + a |B|^2, where a is a share of the mean of the diagonal of X'X; by Cholesky's decomposition. */
export function ridge(
  inputs: readonly ArrayLike<number>[],
  outputs: readonly ArrayLike<number>[],
  share: number,
): Float64Array[] {
  const [size, width] = [inputs[0]!.length, outputs[0]!.length];
  const matrix = (columns: number) => Array.from({ length: size }, () => new Float64Array(columns));
  const square = matrix(size);
  const right = matrix(width);
  inputs.forEach((x, row) => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) square[i]![j]! += x[i]! * x[j]!;
      for (let j = 0; j < width; j++) right[i]![j]! += x[i]! * outputs[row]![j]!;
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
  for (let column = 0; column < width; column++) {
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

/** The controls of a trial; `none` is the edit itself. */
export type TrialControl = "none" | "random direction" | "random nodes" | "shuffled labels";

/** The control by a random direction, or random nodes of the same kinds and number. */
export function randomControl({ kind }: Edit): TrialControl | undefined {
  if (kind === "scale") return "random nodes";
  return ["score_rule", "merge", "transplant"].includes(kind) ? undefined : "random direction";
}

/** An edit with a random direction of the same length, with entries of its map in random order, or with random nodes. */
export function randomized(edit: Edit, random: Random, sizes: NodeSizes): Edit {
  switch (edit.kind) {
    case "direction":
      return { ...edit, vectors: edit.vectors.map((vector) => randomVector(vector, random)) };
    case "concept": {
      const mean = meanOf(edit.vectors);
      const vectors = edit.vectors.map((vector) =>
        randomVector(vector.map((x, i) => x - mean[i]!), random).map((x, i) => x + mean[i]!)
      );
      return { ...edit, vectors };
    }
    case "map": {
      const changes = edit.matrix.flatMap((row, i) => row.map((x, j) => x - Number(i === j)));
      const moved = random.shuffle(changes).values();
      const matrix = edit.matrix.map((row, i) =>
        row.map((_, j) => moved.next().value! + Number(i === j))
      );
      return { ...edit, matrix };
    }
    case "scale": {
      const kindOf = (name: string) => readNode(name)!.kind;
      const all = allNodes(sizes).map(nodeName);
      return { ...edit, nodes: drawAlike(edit.nodes, all, { kindOf, random }) };
    }
    default:
      return edit;
  }
}

/** An edit whose direction has the length of another's. */
export function asLong(edit: Edit, other: Edit): Edit {
  if (edit.kind !== "direction" || other.kind !== "direction") return edit;
  return {
    ...edit,
    vectors: edit.vectors.map((vector, i) => rescaled(vector, lengthOf(other.vectors[i]!))),
  };
}

function randomVector(vector: readonly number[], random: Random): number[] {
  const uniform = () => (random.below(2 ** 32) + 0.5) / 2 ** 32;
  const made = vector.map(() =>
    Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  );
  return rescaled(made, lengthOf(vector));
}

function rescaled(vector: readonly number[], length: number): number[] {
  const own = lengthOf(vector) || 1;
  return vector.map((x) => x * length / own);
}
