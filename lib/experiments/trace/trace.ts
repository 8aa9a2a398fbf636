/** Causal tracing: how much of d a single activation of the negated sentence restores (Quantmeyer et al. 2024, section 4), and how much is lost without it. */

import type { DirectedEffects, TracedRow } from "./effects.ts";
import { type Direction, swapSentences } from "./direction.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { ChangedGroup } from "../../engine/changes/changed_model.ts";
import type { RunGroup } from "../../engine/changes/run_group.ts";
import { oncePerGroup } from "../../study/rows/once_per_group.ts";
import { effectOnD } from "../../study/effects/sign.ts";
import type { KeptRows } from "../../study/rows/kept_rows.ts";
import type { Embeddings, Progress } from "../../study/embeddings/embed.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Negation } from "../../data/pairs.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import {
  type Cell,
  type CellOptions,
  type PairCells,
  sharedCells,
  type Site,
  siteHook,
  type SweepSentences,
} from "./cells.ts";

export interface TraceOptions {
  /** The activation of a block that is patched. */
  readonly site: Site;
  /** Which run is patched. @default {"denoise"} */
  readonly direction?: Direction;
  readonly images: Embeddings;
  /** Puts runs into a changed model, whose scores are those of the rows. @default {the model as it is} */
  readonly changed?: ChangedGroup | undefined;
  /** Called after each batch with the number of patched runs done. */
  readonly progress?: Progress | undefined;
  /** Holds, by a row's id, S of the patched runs of the direction, in the order layer, head, position; new values are added. */
  readonly kept?: KeptRows | undefined;
}

/**
 * Measures the effects of every row at every layer and position, in a form that takes little memory. Each distinct sentence pair runs
 * once. Effects that the method fixes are exact: 0 if the patch changes nothing, d if it changes everything.
 */
export async function measureEffects(
  text: TextTower,
  rows: readonly ScoredPair[],
  { site, direction = "denoise", images, changed, kept, progress }: TraceOptions,
): Promise<TracedRow[]> {
  const { tower: { shape: { layers } }, family: { similarity } } = text;
  await text.tower.prepare([siteHook(site, layers)]);
  const isChanged = changed !== undefined;
  const jobOf = jobsOf(text, { site, direction, isChanged });
  const runsOf = ({ group }: Job) => isChanged ? changed(group) : group;
  const patched = await oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    sizeOf: (pair) => jobOf(pair).runs.length,
    run: (pairs) => runChanges(text, pairs.map((pair) => runsOf(jobOf(pair)))),
    score: ({ scores }, embedding) => similarity.score(embedding, images.get(scores.image)!),
    kept,
    progress,
  });
  const sideOf = ({ negation }: EvaluateRow) =>
    direction === "denoise" ? negation : other(negation);
  return rows.map(({ scores, aligned }, row): TracedRow => {
    const { pair, cells, place } = jobOf(aligned);
    const scored = patched[row]!;
    patched[row] = []; // in memory only once, as effects
    const effects = cells.map((cell) =>
      effectOf(cell, { scores, side: sideOf(scores), patched: scored[place.get(cell) ?? -1] })
    );
    return {
      roles: aligned.roles,
      tokens: aligned.negated.tokens,
      heads: site === "z" ? text.tower.shape.heads : 1,
      effects: {
        [direction]: direction === "denoise" ? effects : ofNegated(effects, aligned, pair),
      },
    };
  });
}

/** The number of runs of all rows, in which progress counts. */
export function countRuns(
  text: TextTower,
  rows: readonly ScoredPair[],
  options: Required<Pick<TraceOptions, "site" | "direction">>,
): number {
  const jobOf = jobsOf(text, options);
  let runs = 0;
  for (const pair of new Set(rows.map(({ aligned }) => aligned))) runs += jobOf(pair).runs.length;
  return runs;
}

/** A pair as it is traced, in the direction `noise` with its sentences swapped, its cells and their runs. */
interface Job extends PairCells {
  readonly pair: SweepSentences;
  readonly group: RunGroup;
}

/** The runs of each pair. */
export function traceGroups(
  text: TextTower,
  pairs: readonly AlignedPair[],
  options: Required<Pick<TraceOptions, "site" | "direction">>,
): RunGroup[] {
  const jobOf = jobsOf(text, options);
  return pairs.map((pair) => jobOf(pair).group);
}

function jobsOf(
  { tower: { shape: { layers, heads } }, family: { causal } }: TextTower,
  { site, direction, isChanged = false }:
    & Required<Pick<TraceOptions, "site" | "direction">>
    & Pick<CellOptions, "isChanged">,
): (pair: AlignedPair) => Job {
  const cellsOf = sharedCells({ site, layers, heads, causal, isChanged });
  return (aligned) => {
    const pair = direction === "denoise" ? aligned : swapSentences(aligned);
    const { negated, affirmative } = pair;
    const pairCells = cellsOf(pair);
    return {
      pair,
      ...pairCells,
      group: { sentences: { negated, affirmative }, runs: pairCells.runs },
    };
  };
}

/** Effects of swapped sentences, which follow the positions of the affirmative one, in the order of the negated one's positions. */
function ofNegated(
  effects: DirectedEffects,
  { alignment }: AlignedPair,
  { negated: { ids: { length } } }: SweepSentences,
): DirectedEffects {
  return Array.from(
    { length: effects.length / length },
    (_, block) =>
      alignment.map((target) => target === undefined ? null : effects[block * length + target]!),
  ).flat();
}

/** The sentence of a row that is not the given one. */
function other(side: Negation): Negation {
  return side === "caption" ? "foil" : "caption";
}

/**
 * The effect of a cell: S(patched) - S(foil) if values of the caption go into the run of the foil, S(caption) - S(patched) if they go
 * the other way. In the direction `denoise` values are those of the negated sentence, whose effect is d*.
 */
function effectOf(
  cell: Cell,
  { scores, side, patched }: {
    readonly scores: EvaluateRow;
    /** The sentence whose values are used. */
    readonly side: Negation;
    readonly patched: number | undefined;
  },
): number | null {
  switch (cell.kind) {
    case "none":
      return null;
    case "zero":
      return 0;
    case "full":
      return scores.d;
    case "run":
      return effectOnD({ ...scores, negation: side }, patched!); // the other sentence is the changed one
  }
}
