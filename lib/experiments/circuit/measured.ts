/** What is measured for a row, and the sets of nodes that its scores belong to. */

import type { Sources } from "../../reading/path.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { signOfD } from "../../study/effects/noise.ts";
import type { EvaluateRow, ScoredPair, Segment } from "../../study/rows/score_rows.ts";
import type { NodeSizes } from "../../tables/nodes.ts";
import {
  type CircuitTests,
  type ModelNodes,
  modelNodes,
  type NodeSet,
  placesOf,
  SetNumbers,
  setsOfTests,
  testsOf,
} from "./circuit_tests.ts";
import { gainOf, NO_SEGMENT, unchangedOf } from "./faithfulness.ts";
import { type FiledCircuit, type GivenSearch, type NamedSets, searchChoice } from "./options.ts";
import { idsDigest, type Origin } from "./circuit_files.ts";
import { type RankingName, singleEffects } from "./search/rank.ts";
import type { Search, SearchedRow } from "./search/search.ts";
import type { SingleRanking } from "./search/run_sets.ts";
import type { Pair } from "../../data/pairs.ts";
import { type Embeddings, embedSentences } from "../../study/embeddings.ts";
import type { Study } from "../../study/study.ts";

/** What is measured for a row of the chosen segments; without a search only S with each of the given sets. */
export interface MeasuredCircuit extends Partial<SearchedRow> {
  readonly sizes: NodeSizes;
  readonly scores: readonly number[];
  /** The two scores of a row without an image. */
  readonly unchanged?: ReturnType<typeof unchangedOf>;
}

/** A row's segment. */
export type SegmentOrNone = Segment | "none";

/** A row with its scores; without an image it is in no segment. */
export type CircuitScores = Omit<EvaluateRow, "segment" | "tokens"> & {
  readonly segment: SegmentOrNone;
};

export interface GivenSets {
  readonly sets: NamedSets | undefined;
  readonly circuit: FiledCircuit | undefined;
  /** Decides the draws of the tests of a circuit. */
  readonly seed: number;
}

export function areGiven({ sets, circuit }: Pick<GivenSets, "sets" | "circuit">): boolean {
  return sets !== undefined || circuit !== undefined;
}

export function givenSets({ sets, circuit, seed }: GivenSets, sizes: NodeSizes): NodeSet[] {
  const model = modelNodes(sizes);
  if (circuit !== undefined) {
    return setsOfTests(testsOf(placesOf(circuit.nodes, model), sizes, seed));
  }
  return Object.entries(sets!).map(([name, nodes]) => ({ name, nodes: placesOf(nodes, model) }));
}

export interface CircuitInput {
  readonly scores: CircuitScores;
  readonly measured: MeasuredCircuit;
}

export interface GivenRun extends GivenSets, GivenSearch, StatisticsOptions {
  readonly seed: number;
  /** Checksums of the model and the data. @default {those of nothing} */
  readonly sources?: Sources;
}

export interface CircuitRun {
  readonly rows: readonly CircuitScores[];
  readonly model: ModelNodes;
  readonly sets: readonly NodeSet[];
  readonly scoreOf: (row: number, set: NodeSet) => number;
  /** What a set brings about of the d of each row, in the direction of this d: below 0 where it works against it. */
  readonly gainOf: (set: NodeSet) => (row: number) => number;
  /** What was searched; absent where the sets were given. */
  readonly search?: Search | undefined;
  /** The effects of all nodes on a row, for a ranking by single nodes, in the same direction. */
  readonly effectsOf: (row: number, ranking: SingleRanking) => readonly number[];
  /** What the circuit that was chosen on the other half of the rows brings about of a row; absent without such circuits. */
  readonly heldOutGain?: ((row: number) => number) | undefined;
  readonly circuit?: {
    readonly ranking: RankingName | "given";
    /** The number of nodes of the ranking's beginning with which the search began; absent for a given one. */
    readonly start?: number;
    readonly tests: CircuitTests;
  };
  /** The circuit of `--circuit`, with what its run says of it. */
  readonly given: FiledCircuit | undefined;
  /** The faithfulness that is enough. */
  readonly bound: number;
  readonly here: Origin;
}

/** Puts together what was measured for the rows of a run. */
export function circuitRun(inputs: readonly CircuitInput[], given: GivenRun): CircuitRun {
  const { sizes, search } = inputs[0]!.measured;
  const model = modelNodes(sizes);
  const sets = search?.sets ?? givenSets(given, sizes);
  const numbers = new SetNumbers(model.nodes.length);
  numbers.add(sets);
  const rows = inputs.map(({ scores }) => scores);
  const scoreOf = (row: number, set: NodeSet) =>
    numbers.scoreOf(set, { ...unchangedOf(rows[row]!), scores: inputs[row]!.measured.scores });
  const ofSet = (set: NodeSet) => (row: number) => gainOf(rows[row]!, scoreOf(row, set));
  const chosen = search?.chosenOnHalves?.map(ofSet);
  const found = search === undefined
    ? given.circuit && { ranking: "given" as const, nodes: placesOf(given.circuit.nodes, model) }
    : search.circuit;
  const { sources = { model: [], data: [] } } = given;
  return {
    rows,
    model,
    sets,
    scoreOf,
    gainOf: ofSet,
    search,
    effectsOf: (row, ranking) =>
      singleEffects(rows[row]!, ranking, inputs[row]!.measured.single![ranking]!)
        .map((effect) => signOfD(rows[row]!.d) * effect),
    heldOutGain: chosen && ((row) => chosen[inputs[row]!.measured.half === 1 ? 1 : 0]!(row)),
    ...(found && {
      circuit: {
        ranking: found.ranking,
        ...("start" in found && { start: found.start }),
        tests: testsOf(found.nodes, sizes, given.seed),
      },
    }),
    given: given.circuit,
    bound: searchChoice(given).bound,
    here: { ...sources, rows: idsDigest(rows.map(({ id }) => id)) },
  };
}

/** A row as it is run. */
interface DifferenceRow {
  readonly row: ScoredPair;
  /** S of the sentences with the difference of their embeddings in the place of an image's. */
  readonly unchanged: ReturnType<typeof unchangedOf>;
  /** The length of the difference, by which a cosine with it is multiplied. */
  readonly length: number;
}

/**
 * Takes the difference e_n - e_a of a row's sentences, both of unit length, for its image: S of a sentence is 100 <e, e_n - e_a>. With it the
 * faithfulness of a set C is sum <e_C - e_a, e_n - e_a> / sum |e_n - e_a|^2.
 */
export async function differenceRows(
  { text, rows, pairs }: Study,
): Promise<{ readonly images: Embeddings; readonly differences: readonly DifferenceRow[] }> {
  const embeddings = await embedSentences(text, pairs);
  const images = new Map<string, Float32Array>();
  const differences = rows.map(({ aligned }, row): DifferenceRow => {
    const [negated, affirmative] = [aligned.negated, aligned.affirmative].map(({ sentence }) =>
      embeddings.get(sentence)!
    ) as [Float32Array, Float32Array];
    const difference = negated.map((value, i) => value - affirmative[i]!);
    images.set(aligned.key, difference);
    const s = (vector: Float32Array) =>
      100 * vector.reduce((sum, value, i) => sum + value * difference[i]!, 0);
    const unchanged = { affirmative: s(affirmative), negated: s(negated) };
    const scores = { ...scoredByEmbedding(pairs[row]!, unchanged), image: aligned.key, tokens: 0 };
    return {
      row: { aligned, scores: { ...scores, segment: "correct" } },
      unchanged,
      length: Math.hypot(...difference),
    };
  });
  return { images, differences };
}

export function scoredByEmbedding(
  { id, image, negation, caption, foil }: Pair,
  { affirmative, negated }: ReturnType<typeof unchangedOf>,
): CircuitScores {
  const [s_caption, s_foil] = negation === "caption"
    ? [negated, affirmative]
    : [affirmative, negated];
  const d = s_caption - s_foil;
  return { id, image, negation, caption, foil, s_caption, s_foil, d, segment: NO_SEGMENT };
}
