/** What is measured for a row, and the sets of nodes that its scores belong to. */

import type { StatisticsOptions } from "../../study/clusters.ts";
import { signOfD } from "../../study/effects/noise.ts";
import type { EvaluateRow, Segment } from "../../study/rows/score_rows.ts";
import type { NodeSizes } from "../../tables/nodes.ts";
import {
  type CircuitTests,
  type ModelNodes,
  modelNodes,
  type NodeSet,
  placesOf,
  SetScores,
  setsOfTests,
  testsOf,
} from "./circuit_tests.ts";
import { gainOf, NO_SEGMENT, type OfRow } from "./faithfulness.ts";
import type { GivenSets } from "./options.ts";
import {
  halfName,
  type RankingName,
  type Search,
  type SearchedRow,
  singleEffects,
} from "./search/search.ts";
import { innerProduct } from "../../stats/columns.ts";
import { embedSentences } from "../../study/embeddings.ts";
import type { Study } from "../../study/study.ts";

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
    return setsOfTests(testsOf(placesOf(circuit.nodes, model), sizes, seed));
  }
  return Object.entries(sets!).map(([name, nodes]) => ({ name, nodes: placesOf(nodes, model) }));
}

/** A row outside of the segments with S of the circuit. */
export interface OutsideRow {
  readonly scores: EvaluateRow;
  readonly score: number;
}

export interface CircuitInput {
  readonly scores: CircuitScores;
  readonly measured: MeasuredCircuit;
}

export type GivenRun = GivenSets & StatisticsOptions & { readonly faithfulness: number };

/** What was measured for the rows of a run, put together. */
export class CircuitRun {
  readonly rows: readonly CircuitScores[];
  readonly model: ModelNodes;
  readonly sets: readonly NodeSet[];
  /** What was searched; absent where the sets were given. */
  readonly search: Search | undefined;
  readonly circuit: {
    readonly ranking: RankingName | "given";
    /** The number of nodes of the ranking's beginning with which the search began; absent for a given one. */
    readonly start?: number;
    readonly tests: CircuitTests;
  } | undefined;
  /** The faithfulness that is enough. */
  readonly bound: number;
  readonly #measured: readonly MeasuredCircuit[];
  readonly #scores: SetScores;

  constructor(inputs: readonly CircuitInput[], given: GivenRun) {
    this.rows = inputs.map(({ scores }) => scores);
    this.#measured = inputs.map(({ measured }) => measured);
    const { sizes, search } = this.#measured[0]!;
    this.search = search;
    this.model = modelNodes(sizes);
    this.sets = search?.sets ?? givenSets(given, sizes);
    this.#scores = new SetScores(this.rows, this.model.nodes.length);
    for (const [i, set] of this.#scores.missing(this.sets).entries()) {
      this.#scores.add(set, this.#measured.map(({ scores }) => scores[i]!));
    }
    this.bound = given.faithfulness;
    const found = search === undefined
      ? given.circuit &&
        { ranking: "given" as const, nodes: placesOf(given.circuit.nodes, this.model) }
      : search.circuit;
    this.circuit = found && { ...found, tests: testsOf(found.nodes, sizes, given.seed) };
  }

  /** S of each row with a set. */
  scoresOf(set: NodeSet): readonly number[] {
    return this.#scores.of(set);
  }

  /** What a set brings about of the d of each row, in the direction of this d: below 0 where it works against it. */
  gainOf(set: NodeSet): OfRow {
    const scores = this.scoresOf(set);
    return (row) => gainOf(this.rows[row]!, scores[row]!);
  }

  /** What the circuit that was chosen on the other half of the rows brings about of a row; absent without such circuits. */
  get heldOutGain(): OfRow | undefined {
    const chosen = ([1, 2] as const).flatMap((half) =>
      this.sets.find(({ name }) => name === halfName(half)) ?? []
    ).map((set) => this.gainOf(set));
    if (this.search === undefined || chosen.length < 2) return undefined;
    return (row) => chosen[this.#measured[row]!.half === 1 ? 1 : 0]!(row);
  }

  /** The effects of all nodes on a row, for a ranking by single nodes, in the same direction. */
  effectsOf(row: number, ranking: RankingName): number[] {
    const scores = this.rows[row]!;
    return singleEffects(scores, ranking, this.#measured[row]!.single![ranking]!)
      .map((effect) => signOfD(scores.d) * effect);
  }
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
