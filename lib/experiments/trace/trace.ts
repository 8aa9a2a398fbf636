/** Causal tracing: how much of d a single activation of the negated sentence restores (Quantmeyer et al. 2024, section 4), and how much is lost without it. */

import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { ChangedGroup, RunGroup } from "../../engine/changes/groups.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { effectOnD } from "../../study/effects/noise.ts";
import { oncePerPair, type PairedRuns } from "../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import type { TracedRow } from "./tables.ts";

/** The activation of a block that is patched; `resid` is the residual stream between blocks. */
export type Site = "resid" | "resid_mid" | "attn_out" | "mlp_out" | "z";

export const SITES: readonly Site[] = ["resid", "resid_mid", "attn_out", "mlp_out", "z"];

/**
 * What is known about a cell before any run: `zero`, the patch changes nothing that the embedding depends on, and the effect is exactly 0;
 * `full`, it turns the run into that of the other sentence, and the effect is exactly d; `none`, the token has no counterpart in the
 * affirmative sentence.
 */
type CellKind = "run" | "zero" | "full" | "none";

/** The parts of a pair that a sweep reads. */
type SweepSentences = Pick<AlignedPair, "negated" | "affirmative" | "alignment">;

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
  readonly direction: Direction;
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

/** The run that is patched, and the one that the values are from. */
const RUNS: Readonly<
  Record<Direction, Readonly<Record<"of" | "from", "negated" | "affirmative">>>
> = {
  denoise: { of: "affirmative", from: "negated" },
  noise: { of: "negated", from: "affirmative" },
};

/** The positions of the sentence that the values are from whose token the other one does not have there. */
function differencesOf(pair: SweepSentences, direction: Direction): number[] {
  const [own, other] = [pair[RUNS[direction].from].ids, pair[RUNS[direction].of].ids];
  return own.flatMap((id, i) => id === other[i] ? [] : [i]);
}

/** Where a cell's value is taken from, and where it is put, each in its own sentence. */
function placesOf({ position, target }: Pick<Cell, "position" | "target">, direction: Direction) {
  return direction === "denoise"
    ? { from: position, to: target! }
    : { from: target!, to: position };
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
  { layer, ...place }: Record<"layer" | "position" | "target", number>,
  { site, direction, layers, causal, isChanged }: CellOptions,
): CellKind {
  const [own, patched] = [pair[RUNS[direction].from], pair[RUNS[direction].of]];
  const { from, to } = placesOf(place, direction);
  const differences = differencesOf(pair, direction);
  const firstDifference = differences[0] ?? own.ids.length;
  if (causal && from < firstDifference && to === from) return "zero"; // both runs are equal up to this position
  const sameLength = own.ids.length === patched.ids.length;
  if (layer === 0) {
    if (to === from && own.ids[from] === patched.ids[from]) return "zero";
    const isAll = sameLength && differences.length === 1 && to === from && !isChanged;
    return isAll ? "full" : "run";
  }
  if (layer < layers) return "run";
  // After the last attention only the stream of the pooled position reaches the embedding.
  if (to !== patched.pooled) return "zero";
  const wholeStream = site === "resid" || site === "resid_mid";
  return wholeStream && from === own.pooled ? "full" : "run";
}

/**
 * Which run is patched: by `denoise` the negated sentence's value goes into the run of the affirmative one, so that the effect is what the
 * value suffices for; by `noise` the affirmative sentence's value goes into the run of the negated one: what is lost without it.
 */
export type Direction = "denoise" | "noise";

/** A direction of trace.csv: with both, `difference` is that of denoise and noise in each row. */
export type MeanDirection = Direction | "difference";

/** Both directions, the paper's first. */
export const DIRECTIONS: readonly Direction[] = ["denoise", "noise"];

/** The directions that rows have, in this order. */
export function directionsIn(
  rows: readonly { readonly direction: string }[],
): readonly Direction[] {
  return DIRECTIONS.filter((name) => rows.some(({ direction }) => direction === name));
}

/** Kept of a row is S of the patched runs of the direction, in the order layer, head, position. */
export interface TraceOptions extends Pick<PairedRuns, "images" | "kept" | "progress"> {
  readonly site: Site;
  /** @default {"denoise"} */
  readonly direction?: Direction;
  /** Puts runs into a changed model, whose scores are those of the rows. @default {the model as it is} */
  readonly changed?: ChangedGroup | undefined;
}

/** Measures the effects of every row at every layer and position; each distinct sentence pair runs once, and what the method fixes is exact. */
export async function measureEffects(
  text: TextTower,
  rows: readonly ScoredPair[],
  { site, direction = "denoise", images, changed: given, kept, progress }: TraceOptions,
): Promise<TracedRow[]> {
  const { layers, heads } = text.tower.shape;
  await text.tower.prepare([siteHook(site, layers)]);
  const jobOf = jobsOf(text, { site, direction, isChanged: given !== undefined });
  const changed = given ?? ((group: RunGroup) => group);
  const patched = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: (pair) => jobOf(pair).group.runs.length,
    run: (pairs) => runChanges(text, pairs.map((pair) => changed(jobOf(pair).group))),
  });
  return rows.map(({ scores, aligned }, row): TracedRow => {
    const scored = patched[row]!.values();
    patched[row] = []; // in memory only once, as effects
    // S(patched) - S(foil) if values of the caption go into the run of the foil, S(caption) - S(patched) if they go the other way
    const isOfCaption = (scores.negation === "caption") === (direction === "denoise");
    const of = { ...scores, negation: isOfCaption ? "caption" : "foil" };
    const known = { none: null, zero: 0, full: scores.d } as const;
    const effects = jobOf(aligned).cells.map(({ kind }) =>
      kind === "run" ? effectOnD(of, scored.next().value!) : known[kind]
    );
    return {
      roles: aligned.roles,
      heads: site === "z" ? heads : 1,
      effects: { [direction]: effects },
    };
  });
}

/**
 * Makes a function that gives the cells of a pair and the runs of those of kind `run`. All pairs of the same lengths and alignment that
 * differ at the same positions share them: a hundred thousand pairs have some dozen lists.
 */
export function jobsOf(
  { tower: { shape: { layers, heads } }, family: { causal } }: TextTower,
  options: Pick<CellOptions, "site" | "direction" | "isChanged">,
) {
  const lists = new Map<string, { readonly cells: readonly Cell[]; readonly runs: ChangedRun[] }>();
  return (pair: AlignedPair) => {
    const { negated, affirmative, alignment } = pair;
    const sizes = [negated, affirmative].map(({ ids, pooled }) => `${ids.length} ${pooled}`);
    const key = [...sizes, differencesOf(pair, options.direction), alignment].join(" ");
    const cells = lists.get(key)?.cells ?? traceCells(pair, { ...options, layers, heads, causal });
    const runs = lists.get(key)?.runs ??
      cells.filter(({ kind }) => kind === "run").map((cell) => patchedRun(cell, options));
    lists.set(key, { cells, runs });
    const group: RunGroup = { sentences: { negated, affirmative }, runs };
    return { cells, group };
  };
}

function patchedRun(
  cell: Cell,
  { site, direction }: Pick<CellOptions, "site" | "direction">,
): ChangedRun {
  const { of, from } = RUNS[direction];
  const places = placesOf(cell, direction);
  const change = patch(siteHook(site, cell.layer), {
    position: places.to,
    from,
    ...(cell.head !== undefined && { head: cell.head - 1 }),
    ...(places.from !== places.to && { fromPosition: places.from }),
  });
  return { of, changes: [change] };
}
