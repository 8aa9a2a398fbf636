/** The planted models: what is planted in each. README.md says what each is for. */

import type { Circuit, Move, PlantedHead } from "./circuit.ts";
import type { Channel } from "./rows.ts";

/** A planted model. */
export interface PlantedModel {
  /** What is planted in its text tower. */
  readonly circuit: Circuit;
  /** The nodes through which negation reaches the score, or would if another were removed. */
  readonly nodes: readonly string[];
  /** The channel that its image tower reads: with green it is wrong in half of the rows. @default {"red"} */
  readonly channel?: Channel;
}

/** The amplitude of `output` at the end token of a negated sentence. */
export const NEGATION = 0.05;

/** What a head writes that moves something else than negation, or that another head undoes. */
export const OTHER = 0.1;

/** What `leak` adds before negation arrives: less than float32 keeps beside a vector's other entries. */
const LEAK = 1e-9;

/** Heads of a block in all models but `spread`. */
const HEADS = 4;

const toSubject = (layer: number, head: number, unless?: "negation_at_subject"): PlantedHead => ({
  ...{ layer, head, from: "position_4", to: "negator" },
  ...(unless && { unless }),
  moves: { reads: ["negator"], writes: "negation_at_subject", amount: 1 },
});

const toEnd = (layer: number, head: number, to: "negator" | "position_3", moves?: Move) =>
  ({ layer, head, from: "end", to, ...(moves && { moves }) }) satisfies PlantedHead;

/** A head that looks from the end token at the negator and writes so much output. */
const outputs = (layer: number, head: number, amount: number) =>
  toEnd(layer, head, "negator", { reads: ["negator"], writes: "output", amount });

/** 1.2 copies negation to the first subject token, 3.3 moves it to the end token, where it counts. */
const relay = (amount: number): readonly PlantedHead[] => [toSubject(1, 2), {
  ...{ layer: 3, head: 3, from: "end", to: "position_4" },
  moves: { reads: ["negation_at_subject"], writes: "output", amount, energy: 3 },
}];

const RELAY = relay(NEGATION);

/** The relay's nodes. */
const RELAY_NODES = ["head 1.2", "head 3.3"];

/** The relay, and heads that are no part of what carries negation. */
const relayAnd = (...others: readonly PlantedHead[]): PlantedModel => ({
  circuit: { heads: HEADS, planted: [...RELAY, ...others] },
  nodes: RELAY_NODES,
});

/** Heads of a block of `spread`. */
const MANY = 8;

/** All heads of `spread`. */
export const SPREAD: readonly { readonly layer: number; readonly head: number }[] = Array.from(
  { length: 4 * MANY },
  (_, i) => ({ layer: Math.floor(i / MANY) + 1, head: i % MANY + 1 }),
);

/** The planted models by name. */
export const MODELS = {
  relay: relayAnd(),
  backup: {
    circuit: { heads: HEADS, planted: [...RELAY, toSubject(2, 4, "negation_at_subject")] },
    nodes: ["head 1.2", "head 2.4", "head 3.3"],
  },
  both: {
    circuit: {
      heads: HEADS,
      planted: [outputs(2, 1, NEGATION / 2), outputs(2, 3, NEGATION / 2)],
    },
    nodes: ["head 2.1", "head 2.3"],
  },
  and: {
    circuit: {
      heads: HEADS,
      planted: [
        toEnd(2, 1, "negator", { reads: ["negator"], writes: "first_input", amount: 1 }),
        toEnd(2, 3, "negator", { reads: ["negator"], writes: "second_input", amount: 1 }),
      ],
      gate: { layer: 2, amount: NEGATION },
    },
    nodes: ["head 2.1", "head 2.3", "mlp 2"],
  },
  decoy: relayAnd(toEnd(2, 1, "negator")),
  generic: relayAnd(
    toEnd(2, 1, "position_3", { reads: ["position_3"], writes: "output", amount: OTHER }),
  ),
  positional: {
    circuit: {
      heads: HEADS,
      planted: [
        toEnd(2, 1, "position_3", { reads: ["negator"], writes: "output", amount: NEGATION }),
      ],
    },
    nodes: ["head 2.1"],
  },
  constant: relayAnd(
    toEnd(4, 1, "negator", { reads: ["negator", "start"], writes: "output", amount: OTHER }),
  ),
  opposed: {
    circuit: {
      heads: HEADS,
      planted: [...RELAY, outputs(2, 1, OTHER), outputs(2, 2, -OTHER)],
    },
    nodes: ["head 1.2", "head 2.1", "head 2.2", "head 3.3"],
  },
  half: { ...relayAnd(), channel: "green" },
  leak: relayAnd(outputs(1, 1, LEAK)),
  against: {
    circuit: {
      heads: HEADS,
      planted: [...relay(2 * NEGATION), outputs(2, 1, -NEGATION)],
    },
    nodes: ["head 1.2", "head 2.1", "head 3.3"],
  },
  spread: {
    circuit: {
      heads: MANY,
      planted: SPREAD.map(({ layer, head }) => outputs(layer, head, NEGATION / SPREAD.length)),
    },
    nodes: SPREAD.map(({ layer, head }) => `head ${layer}.${head}`),
  },
} as const satisfies Record<string, PlantedModel>;

/** The name of a planted model. */
export type ModelName = keyof typeof MODELS;

/** What 2.1 of `gamma` and `two` writes to `output`. */
export const TOLD = 0.2;

/** What 3.2 of `bias` and `two` writes to `other_position`. */
export const PUSH = -0.05;

/** What these heads add to `end`, which is 1, so that the length of what is 1, 0 and 1 at `end`, `output` and `other_position` stays. */
export const KEPT = {
  told: Math.sqrt(1 - TOLD ** 2) - 1,
  push: Math.sqrt(2 - (1 + PUSH) ** 2) - 1,
};

/** Writes where images differ. */
const TELLS = toEnd(2, 1, "negator", {
  ...{ reads: ["negator"], writes: "output", amount: TOLD, end: KEPT.told },
});

/** Writes against what all images share. */
const PUSHES = toEnd(3, 2, "negator", {
  ...{ reads: ["negator"], writes: "other_position", amount: PUSH, end: KEPT.push },
});

const sharedModel = (...planted: readonly PlantedHead[]): PlantedModel => ({
  circuit: { heads: HEADS, isShared: true, planted },
  nodes: planted.map(({ layer, head }) => `head ${layer}.${head}`),
});

/** Planted models of understanding and bias: sentences have a part in what all images share. */
export const BIASED = {
  gamma: sharedModel(TELLS),
  bias: sharedModel(PUSHES),
  two: sharedModel(TELLS, PUSHES),
} as const satisfies Record<string, PlantedModel>;
