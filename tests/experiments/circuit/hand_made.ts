/** A run whose scores are made by hand, and its tables. */

import {
  type CircuitContext,
  type CircuitInput,
  setsOfTests,
} from "../../../lib/experiments/circuit/circuit_run.ts";
import { beginning, type Ranking } from "../../../lib/experiments/circuit/search.ts";
import { circuitSteps } from "../../../lib/experiments/circuit/circuit_table.ts";
import { finish } from "../../../lib/stats/steps.ts";

/** A model with the nodes head 1.1 and mlp 1. */
export const SIZES = { layers: 1, heads: 1 };
export const SEED = 3;
const RANKING: Ranking = { name: "denoise", order: [0, 1] };
export const ROWS = 12;
const CHOSEN = [
  { name: "chosen on half 1", nodes: [0] },
  { name: "chosen on half 2", nodes: [1] },
] as const;
/** Checksums in the form of a run's. */
export const SOURCES = { model: [{ file: "m", sha256: "1" }], data: [] };

/**
 * Rows of as many sentence pairs with d = 2. The head alone gives back .9 d, the MLP alone .1 d. By single runs both add 1/2 to the sum of
 * d: the head 1 logit to each row, the MLP 12 logits to the first row.
 */
export const INPUTS: readonly CircuitInput[] = Array.from({ length: ROWS }, (_, i) => ({
  scores: {
    ...{ id: `r${i}`, image: "a.png", negation: "caption", segment: "correct", tokens: 7 },
    ...{ caption: `There is no dog ${i}.`, foil: `There is a dog ${i}.` },
    ...{ s_caption: 12, s_foil: 10, d: 2 },
  },
  measured: {
    sizes: SIZES,
    scores: [11.8, 10.2],
    single: { denoise: [11, i === 0 ? 10 + ROWS : 10] },
    search: {
      rankings: [RANKING],
      sets: [
        ...[0, 1, 2].map((size) => beginning(RANKING, size)),
        ...setsOfTests([0], SIZES, SEED),
        ...CHOSEN,
      ],
      heldOut: "pair",
      circuit: { ranking: "denoise", start: 1, nodes: [0] },
    },
    half: i < 3 ? 1 : 2,
  },
}));

/** The same rows, of which every other one has the negated sentence as its foil; S of both sentences stays the same. */
export const BOTH_SIDES: readonly CircuitInput[] = INPUTS.map((input, i) => {
  const { caption, foil, s_caption, s_foil, d } = input.scores;
  const swapped = { caption: foil, foil: caption, s_caption: s_foil, s_foil: s_caption, d: -d };
  return i % 2 === 0
    ? input
    : { ...input, scores: { ...input.scores, negation: "foil", ...swapped } };
});

export const CONTEXT: CircuitContext = {
  ...{ segments: ["correct"], seed: SEED, cluster: "pair", sets: undefined, circuit: undefined },
  faithfulness: .85,
};

/** The tables of these rows. */
export const tables = finish(circuitSteps(INPUTS, CONTEXT));
