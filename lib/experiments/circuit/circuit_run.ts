/** Sets of nodes, those that test a circuit, and what was measured for the rows of a run, put together. */

import { allNodes, nodeName, type NodeSizes } from "../../tables/nodes.ts";
import { drawAlike, drawDistinct, seededRandom } from "../../stats/random.ts";
import { type DifferenceScores, gainOf, NO_SEGMENT, singleEffects } from "./faithfulness.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { signOfD } from "../../study/effects/noise.ts";
import type { EvaluateRow, Segment } from "../../study/rows/score_rows.ts";
import type { GivenSets } from "./options.ts";
import type { RankingName, SearchedRow } from "./search.ts";
import { innerProduct } from "../../stats/columns.ts";
import { embedSentences } from "../../study/embeddings.ts";
import type { Study } from "../../study/study.ts";

export interface NodeSet {
  readonly name: string;
  /** The places of its nodes among those of `allNodes`, from 0. */
  readonly nodes: readonly number[];
}

/** The nodes of a model in the order of `allNodes`, and their names. */
export function modelNodes(sizes: NodeSizes) {
  const nodes = allNodes(sizes);
  return { nodes, names: nodes.map(nodeName) };
}

export function placesOf(names: readonly string[], model: ReturnType<typeof modelNodes>): number[] {
  return names.map((name) => model.names.indexOf(name));
}

/** S of rows with sets of nodes, each distinct set once, in the order in which they were added. */
export class SetScores {
  readonly #columns: Map<string, readonly number[]>;

  /** Begins with no node and all of so many, which score as the affirmative and as the negated sentence do without a run. */
  constructor(rows: readonly DifferenceScores[], count: number) {
    const scores = (isNegated: boolean) =>
      rows.map((row) => isNegated === (row.negation === "caption") ? row.s_caption : row.s_foil);
    const all = { nodes: [...Array(count).keys()] };
    this.#columns = new Map([["", scores(false)], [keyOf(all), scores(true)]]);
  }

  /** The sets without scores, each once. */
  missing(sets: readonly NodeSet[]): NodeSet[] {
    const known = new Set(this.#columns.keys());
    return sets.filter((set) => !known.has(keyOf(set)) && known.add(keyOf(set)));
  }

  add(set: NodeSet, ofRows: readonly number[]): void {
    this.#columns.set(keyOf(set), ofRows);
  }

  /** For each row S with each distinct set that was added. */
  get byRow(): number[][] {
    const [none, , ...columns] = this.#columns.values();
    return none!.map((_, row) => columns.map((column) => column[row]!));
  }

  /** S of each row with a set. */
  of(set: NodeSet): readonly number[] {
    return this.#columns.get(keyOf(set))!;
  }

  /** The scores of some of the rows, to which other sets can be added. */
  only(places: readonly number[]): SetScores {
    const part = new SetScores([], 0);
    for (const [key, column] of this.#columns) {
      part.#columns.set(key, places.map((row) => column[row]!));
    }
    return part;
  }
}

/** The same for two lists of the same nodes. */
function keyOf({ nodes }: Pick<NodeSet, "nodes">): string {
  return [...new Set(nodes)].sort((a, b) => a - b).join();
}

const MOST_PARTS = 10;

const MOST_CIRCUITS = 100;

/**
 * The sets that test a circuit: it without each of its nodes, in their order; it and the whole model without the same part of it, all parts
 * different, where each node is in a part with probability 1/2; and random circuits with as many heads in each block and as many MLPs, all
 * different, none of them the circuit. A block has one MLP, so that all MLPs are one group: by block, random circuits could not differ in them.
 */
export function testsOf(nodes: readonly number[], sizes: NodeSizes, seed: number) {
  const model = modelNodes(sizes);
  const all = [...model.nodes.keys()];
  const without = (name: string, from: readonly number[], removed: readonly number[]): NodeSet => (
    { name, nodes: from.filter((node) => !removed.includes(node)) }
  );
  const kindOf = (node: number) => {
    const { kind, layer } = model.nodes[node]!;
    return kind === "head" ? `heads of block ${layer}` : "MLPs";
  };
  const [forParts, forCircuits] = [seededRandom(seed), seededRandom(seed)];
  const parts = drawn(() => nodes.filter(() => forParts.below(2) === 1), MOST_PARTS);
  const alike = () => drawAlike(nodes, all, { kindOf, random: forCircuits });
  const circuit: NodeSet = { name: "circuit", nodes };
  return {
    circuit,
    drops: nodes.map((node) => without(`circuit without ${model.names[node]}`, nodes, [node])),
    subsets: parts.flatMap((removed, i) => [
      without(`circuit without subset ${i + 1}`, nodes, removed),
      without(`model without subset ${i + 1}`, all, removed),
    ]),
    random: drawn(alike, MOST_CIRCUITS, nodes)
      .map((nodes, i) => ({ name: `random ${i + 1}`, nodes })),
  };
}

/** Different sets, the places of each in rising order: as many as there are, or as are wanted. */
function drawn(draw: () => readonly number[], count: number, circuit: readonly number[] = []) {
  const sorted = () => draw().toSorted((a, b) => a - b);
  return drawDistinct(sorted, { count, keyOf: String, excluded: [circuit] });
}

/** All sets that test a circuit. */
export function setsOfTests(...circuit: Parameters<typeof testsOf>): NodeSet[] {
  const tests = testsOf(...circuit);
  return [tests.circuit, ...tests.drops, ...tests.subsets, ...tests.random];
}

/** The name of the set that is the circuit of a half. */
export function halfName(half: 1 | 2): string {
  return `chosen on half ${half}`;
}

/** What is measured for a row of the chosen segments; without a search only S with each of the given sets. */
export interface MeasuredCircuit extends Partial<SearchedRow> {
  readonly sizes: NodeSizes;
  readonly scores: readonly number[];
  /** S with the circuit of a row outside of the segments, which counts for gamma and alpha alone. */
  readonly outside?: number;
  /** A row without an image, scored with the difference of its embeddings. */
  readonly row?: CircuitScores;
}

/** A row's segment. */
export type SegmentOrNone = Segment | "none";

/** A row with its scores; without an image it is in no segment. */
export type CircuitScores = Omit<EvaluateRow, "segment" | "tokens"> & {
  readonly segment: SegmentOrNone;
};

export function givenSets({ sets, circuit, seed }: GivenSets, sizes: NodeSizes): NodeSet[] {
  const model = modelNodes(sizes);
  if (circuit !== undefined) {
    return setsOfTests(placesOf(circuit.nodes, model), sizes, seed);
  }
  return Object.entries(sets!).map(([name, nodes]) => ({ name, nodes: placesOf(nodes, model) }));
}

export interface CircuitInput {
  readonly scores: CircuitScores;
  readonly measured: MeasuredCircuit;
}

/** What the tables of rows depend on. */
export interface CircuitContext extends GivenSets, StatisticsOptions {
  /** The faithfulness that is enough. */
  readonly faithfulness: number;
  readonly segments: readonly string[];
  /** Rows outside of the segments with S of the circuit, which count for what it does to gamma and alpha. @default {none} */
  readonly others?: readonly { readonly scores: EvaluateRow; readonly score: number }[];
  /** Whether only circuit.csv is read. @default {false} */
  readonly isGroup?: boolean;
}

export type CircuitRun = ReturnType<typeof circuitRun>;

/** Puts together what was measured for the rows of a run. */
export function circuitRun(inputs: readonly CircuitInput[], given: CircuitContext) {
  const rows = inputs.map(({ scores }) => scores);
  const measured = inputs.map(({ measured }) => measured);
  const { sizes, search } = measured[0]!;
  const model = modelNodes(sizes);
  const sets = search?.sets ?? givenSets(given, sizes);
  const scores = new SetScores(rows, model.nodes.length);
  for (const [i, set] of scores.missing(sets).entries()) {
    scores.add(set, measured.map(({ scores }) => scores[i]!));
  }
  const gainsOf = (set: NodeSet) => {
    const own = scores.of(set);
    return (row: number) => gainOf(rows[row]!, own[row]!);
  };
  const ofFile = given.circuit && placesOf(given.circuit.nodes, model);
  const found = search === undefined
    ? ofFile && { ranking: "given" as const, start: undefined, nodes: ofFile }
    : search.circuit;
  const chosen = ([1, 2] as const).flatMap((half) =>
    sets.find(({ name }) => name === halfName(half)) ?? []
  ).map(gainsOf);
  return {
    ...{ rows, model, sets, scores },
    /** What was searched; absent where the sets were given. */
    search,
    circuit: found && { ...found, tests: testsOf(found.nodes, sizes, given.seed) },
    /** What a set brings about of the d of each row, in the direction of this d: below 0 where it works against it. */
    gainOf: gainsOf,
    /** What the circuit that was chosen on the other half of the rows brings about of a row; absent without such circuits. */
    heldOutGain: search === undefined || chosen.length < 2
      ? undefined
      : (row: number) => chosen[measured[row]!.half === 1 ? 1 : 0]!(row),
    /** The effects of all nodes on a row, for a ranking by single nodes, in the same direction. */
    effectsOf: (row: number, ranking: RankingName) =>
      singleEffects(rows[row]!, ranking, measured[row]!.single![ranking]!)
        .map((effect) => signOfD(rows[row]!.d) * effect),
  };
}

/**
 * Takes the difference e_n - e_a of a row's sentences, both of unit length, for its image: S of a sentence is 100 <e, e_n - e_a>. With it the
 * faithfulness of a set C is sum <e_C - e_a, e_n - e_a> / sum |e_n - e_a|^2.
 */
export async function differenceRows({ text, rows, pairs }: Study) {
  const embeddings = await embedSentences(text, pairs);
  const images = new Map<string, Float32Array>();
  const differences = rows.map(({ aligned }, i) => {
    const affirmative = embeddings.get(aligned.affirmative.sentence)!;
    const difference = embeddings.get(aligned.negated.sentence)!
      .map((value, i) => value - affirmative[i]!);
    images.set(aligned.key, difference);
    const { id, image, negation, caption, foil } = pairs[i]!;
    const [s_caption, s_foil] = [caption, foil].map((sentence) =>
      100 * innerProduct(embeddings.get(sentence)!, difference)
    ) as [number, number];
    const own = { id, negation, caption, foil, s_caption, s_foil, d: s_caption - s_foil };
    const run = { ...own, image: aligned.key, tokens: 0, segment: "correct" as const };
    const scores: CircuitScores = { ...own, image, segment: NO_SEGMENT };
    return { row: { aligned, scores: run }, scores, length: Math.hypot(...difference) };
  });
  return { images, differences };
}
