/** The activations that causal tracing patches, and which of their effects are known without a run. */

import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { CsvRow } from "../../tables/csv.ts";

/** The activation of a block that is patched; `resid` is the residual stream between blocks. */
export type Site = "resid" | "resid_mid" | "attn_out" | "mlp_out" | "z";

export const SITES: readonly Site[] = ["resid", "resid_mid", "attn_out", "mlp_out", "z"];

/**
 * What is known about a cell before any run.
 *
 * - `run`: the effect is known only from a run.
 * - `zero`: the patch changes nothing that the embedding depends on; the effect is exactly 0.
 * - `full`: the patch turns the run into that of the negated sentence; the effect is exactly d.
 * - `none`: the token has no counterpart in the affirmative sentence.
 */
type CellKind = "run" | "zero" | "full" | "none";

/** The parts of a pair that a sweep reads. Values of the negated sentence go into runs of the affirmative one. */
export type SweepSentences = Pick<
  AlignedPair,
  "negated" | "affirmative" | "alignment" | "negator"
>;

export interface Cell {
  /** 0 for the embeddings, else the block's number from 1. */
  readonly layer: number;
  /** From 1, at site z. */
  readonly head: number | undefined;
  /** In the negated sentence, from 0. */
  readonly position: number;
  /** Position in the affirmative sentence. */
  readonly target: number | undefined;
  readonly kind: CellKind;
}

interface CellOptions {
  readonly site: Site;
  readonly layers: number;
  readonly heads: number;
  /** Whether a position attends only to itself and earlier positions. */
  readonly causal: boolean;
  /** Whether the sentences run in a changed model, in which the negator's embedding does not bring all of d. @default {false} */
  readonly isChanged?: boolean;
}

/** Lists all cells of a pair in the order layer, head, position. */
export function traceCells(pair: SweepSentences, options: CellOptions): Cell[] {
  const { site, layers, heads } = options;
  const first = firstLayer(site);
  const depths = Array.from({ length: layers + 1 - first }, (_, i) => i + first);
  const headNumbers = site === "z" ? Array.from({ length: heads }, (_, i) => i + 1) : [undefined];
  return depths.flatMap((layer) =>
    headNumbers.flatMap((head) =>
      pair.alignment.map((target, position) => {
        const kind = target === undefined
          ? "none"
          : cellKind(pair, { layer, position, target }, options);
        return { layer, head, position, target, kind };
      })
    )
  );
}

/** The first layer of a site: only the residual stream has a value before the first block. */
export function firstLayer(site: Site): 0 | 1 {
  return site === "resid" ? 0 : 1;
}

/** The positions of the negated sentence whose token the affirmative one does not have there. */
export function differencesOf({ negated, affirmative }: SweepSentences): number[] {
  return negated.ids.flatMap((id, i) => id === affirmative.ids[i] ? [] : [i]);
}

/** The hook point of a site at a layer; resid at layer 0 is the input of the first block. */
export function siteHook(site: Site, layer: number): string {
  if (site !== "resid") {
    return `blocks.${layer - 1}.${site === "z" ? "attn.hook_z" : `hook_${site}`}`;
  }
  return layer === 0 ? "blocks.0.hook_resid_pre" : `blocks.${layer - 1}.hook_resid_post`;
}

function cellKind(
  pair: SweepSentences,
  { layer, position, target }: Record<"layer" | "position" | "target", number>,
  { site, layers, causal, isChanged = false }: CellOptions,
): CellKind {
  const { negated, affirmative } = pair;
  const differences = differencesOf(pair);
  const firstDifference = differences[0] ?? negated.ids.length;
  if (causal && position < firstDifference && target === position) return "zero"; // both runs are equal up to this position
  const sameLength = negated.ids.length === affirmative.ids.length;
  if (layer === 0) {
    if (target === position && negated.ids[position] === affirmative.ids[position]) return "zero";
    const isAll = sameLength && differences.length === 1 && target === position && !isChanged;
    return isAll ? "full" : "run";
  }
  if (layer < layers) return "run";
  // After the last attention only the stream of the pooled position reaches the embedding.
  if (target !== affirmative.pooled) return "zero";
  const wholeStream = site === "resid" || site === "resid_mid";
  return wholeStream && position === negated.pooled ? "full" : "run";
}

/**
 * Which run is patched.
 *
 * - `denoise`: the negated sentence's value goes into the run of the affirmative one; the effect is what the value suffices for.
 * - `noise`: the affirmative sentence's value goes into the run of the negated one; the effect is what is lost without the value.
 */
export type Direction = "denoise" | "noise";

/** A direction of trace.csv: with both, `difference` is that of denoise and noise in each row. */
export type MeanDirection = Direction | "difference";

/** Both directions, the paper's first. */
export const DIRECTIONS: readonly Direction[] = ["denoise", "noise"];

/** A row with a direction. */
export interface DirectedRow {
  /** The direction. @default {"denoise", the only one that tables had before this column} */
  readonly direction?: string | undefined;
}

export function directionOf({ direction = "denoise" }: DirectedRow): string {
  return direction;
}

export function directionsIn(rows: readonly DirectedRow[]): readonly Direction[] {
  return DIRECTIONS.filter((direction) => rows.some((row) => directionOf(row) === direction));
}

export function readDirection(row: CsvRow): MeanDirection {
  return row.has("direction") ? row.oneOf("direction", [...DIRECTIONS, "difference"]) : "denoise";
}

/**
 * Swaps the sentences of a pair, so that a sweep puts values of the affirmative sentence into runs of the negated one. Each position of
 * the affirmative sentence is aligned with its counterpart, if any, in the negated one.
 */
export function swapSentences(
  { negated, affirmative, alignment, negator }: SweepSentences,
): SweepSentences {
  const sources = affirmative.ids.map((_, target) => alignment.indexOf(target));
  return {
    negated: affirmative,
    affirmative: negated,
    alignment: sources.map((source) => source < 0 ? undefined : source),
    negator: alignment[negator] ?? negator,
  };
}
