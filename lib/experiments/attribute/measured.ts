/** The measured parts of each row, as a value that JSON can hold, and the lines of tables that follow from it. */

import type { Role } from "../../data/align.ts";
import type { RowLines } from "../../study/effects/mean_effects.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { RowAttribution } from "./split/attribute.ts";
import type { Component } from "./tables.ts";

export interface MeasuredAttribution extends RowAttribution {
  /** The role of each position, in both sentences. */
  readonly roles: readonly Role[];
  /** The tokens of the negated sentence as text. */
  readonly tokens: readonly string[];
}

export interface AttributedRow {
  readonly scores: EvaluateRow;
  readonly measured: MeasuredAttribution;
}

/** A part of the text tower with its effect. */
export interface Part {
  readonly component: Exclude<Component, "read">;
  readonly layer: number | undefined;
  readonly head: number | undefined;
  readonly effect: number;
  readonly net_effect: number;
}

const NOTHING = { effect: 0, net_effect: 0 };

export function headsPerBlock({ heads, mlps }: RowAttribution): number {
  return heads.length / mlps.length;
}

/**
 * All parts of a row in the order of computation: embeddings, each block's heads, the bias of its attention output and its MLP, the norm.
 * In a minimal pair the end token's embeddings and all biases are the same in both sentences, so that their effect is exactly 0.
 */
export function partLines({ scores, measured }: AttributedRow): RowLines<Part> {
  const heads = headsPerBlock(measured);
  const ofBlock = heads + 2;
  const count = 2 + measured.mlps.length * ofBlock + 1;
  const none = { layer: undefined, head: undefined };
  const line = (place: number): Part => {
    if (place === 0) return { component: "token_embedding", ...none, ...NOTHING };
    if (place === 1) return { component: "position_embedding", ...none, ...NOTHING };
    if (place === count - 1) {
      return { component: "norm", ...none, effect: measured.norm, net_effect: 0 };
    }
    const [block, part] = [Math.floor((place - 2) / ofBlock), (place - 2) % ofBlock];
    const layer = block + 1;
    if (part === heads) return { component: "attention_bias", layer, head: undefined, ...NOTHING };
    if (part > heads) {
      const [effect, net_effect] = [measured.mlps[block]!, measured.netMlps[block]!];
      return { component: "mlp", layer, head: undefined, effect, net_effect };
    }
    const index = block * heads + part;
    const [effect, net_effect] = [measured.heads[index]!, measured.netHeads[index]!];
    return { component: "head", layer, head: part + 1, effect, net_effect };
  };
  return { scores, count, line };
}
