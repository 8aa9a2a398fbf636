/** Causal tracing: how much of d a single activation of the negated sentence restores (Quantmeyer et al. 2024, section 4), and how much is lost without it. */

import type { ChangedGroup, RunGroup } from "../../engine/changes/groups.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { effectOnD } from "../../study/effects/noise.ts";
import type { Embeddings, Progress } from "../../study/embeddings.ts";
import { type KeptRows, oncePerPair } from "../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import {
  type Cell,
  differencesOf,
  type Direction,
  type Site,
  siteHook,
  swapSentences,
  type SweepSentences,
  traceCells,
} from "./cells.ts";
import type { DirectedEffects, TracedRow } from "./effects.ts";

/** Which activations are patched into which run. */
export interface PatchedPlaces {
  readonly site: Site;
  readonly direction: Direction;
  /** Whether runs are those of a changed model. @default {false} */
  readonly isChanged?: boolean;
}

export interface TraceOptions extends Pick<PatchedPlaces, "site"> {
  /** @default {"denoise"} */
  readonly direction?: Direction;
  readonly images: Embeddings;
  /** Puts runs into a changed model, whose scores are those of the rows. @default {the model as it is} */
  readonly changed?: ChangedGroup | undefined;
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
  const { layers, heads } = text.tower.shape;
  await text.tower.prepare([siteHook(site, layers)]);
  const jobOf = jobsOf(text, { site, direction, isChanged: changed !== undefined });
  const patched = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: (pair) => jobOf(pair).group.runs.length,
    run: (pairs) =>
      runChanges(
        text,
        pairs.map((pair) => {
          const { group } = jobOf(pair);
          return changed === undefined ? group : changed(group);
        }),
      ),
  });
  return rows.map(({ scores, aligned }, row): TracedRow => {
    const { pair, cells } = jobOf(aligned);
    const scored = patched[row]!.values();
    patched[row] = []; // in memory only once, as effects
    const effects = cells.map((cell) =>
      effectOf(cell, { scores, direction, scored: () => scored.next().value! })
    );
    return {
      roles: aligned.roles,
      tokens: aligned.negated.tokens,
      heads: site === "z" ? heads : 1,
      effects: {
        [direction]: direction === "denoise" ? effects : ofNegated(effects, aligned, pair),
      },
    };
  });
}

export function countRuns(
  text: TextTower,
  rows: readonly ScoredPair[],
  places: PatchedPlaces,
): number {
  const pairs = [...new Set(rows.map(({ aligned }) => aligned))];
  return traceGroups(text, pairs, places).reduce((sum, { runs }) => sum + runs.length, 0);
}

export function traceGroups(
  text: TextTower,
  pairs: readonly AlignedPair[],
  places: PatchedPlaces,
): RunGroup[] {
  const jobOf = jobsOf(text, places);
  return pairs.map((pair) => jobOf(pair).group);
}

/** A pair as it is traced, in the direction `noise` with its sentences swapped, its cells and the runs of those of kind `run`. */
interface Job {
  readonly pair: SweepSentences;
  readonly cells: readonly Cell[];
  readonly group: RunGroup;
}

/**
 * Makes a function that gives the job of a pair. All pairs of the same lengths and alignment that differ at the same positions share
 * their cells and runs: a hundred thousand pairs have some dozen lists.
 */
function jobsOf(
  { tower: { shape: { layers, heads } }, family: { causal } }: TextTower,
  { site, direction, isChanged = false }: PatchedPlaces,
): (pair: AlignedPair) => Job {
  const lists = new Map<string, Pick<Job, "cells"> & { readonly runs: readonly ChangedRun[] }>();
  return (aligned) => {
    const pair = direction === "denoise" ? aligned : swapSentences(aligned);
    const { negated, affirmative, alignment } = pair;
    const sizes = [negated, affirmative].map(({ ids, pooled }) => `${ids.length} ${pooled}`);
    const key = [...sizes, differencesOf(pair), alignment].join(" ");
    let list = lists.get(key);
    if (list === undefined) {
      const cells = traceCells(pair, { site, layers, heads, causal, isChanged });
      const toRun = cells.filter(({ kind }) => kind === "run");
      list = { cells, runs: toRun.map((cell) => patchedRun(site, cell)) };
      lists.set(key, list);
    }
    const { cells, runs } = list;
    return { pair, cells, group: { sentences: { negated, affirmative }, runs } };
  };
}

function patchedRun(site: Site, { layer, head, position, target }: Cell): ChangedRun {
  const change = patch(siteHook(site, layer), {
    position: target!,
    from: "negated",
    ...(head !== undefined && { head: head - 1 }),
    ...(target !== position && { fromPosition: position }),
  });
  return { of: "affirmative", changes: [change] };
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

/**
 * The effect of a cell: S(patched) - S(foil) if values of the caption go into the run of the foil, S(caption) - S(patched) if they go
 * the other way. In the direction `denoise` values are those of the negated sentence, whose effect is d*.
 */
function effectOf({ kind }: Cell, { scores, direction, scored }: {
  readonly scores: EvaluateRow;
  readonly direction: Direction;
  /** S of the next of the runs. */
  readonly scored: () => number;
}): number | null {
  switch (kind) {
    case "none":
      return null;
    case "zero":
      return 0;
    case "full":
      return scores.d;
    case "run": {
      const isOfCaption = (scores.negation === "caption") === (direction === "denoise");
      return effectOnD({ ...scores, negation: isOfCaption ? "caption" : "foil" }, scored());
    }
  }
}
