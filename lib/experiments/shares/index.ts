/** Who holds how much of d at each layer: Shapley shares of the roles, which sum to d. */

import { type Role, ROLES } from "../../data/align.ts";
import { engineNames, runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { signOf } from "../../study/effects/noise.ts";
import { oncePerPair, type PairedRuns } from "../../study/rows/once_per_group.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import type { RunGroup } from "../../engine/changes/groups.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { pairGroups } from "../nodes/pair_runs.ts";
import { siteHook } from "../trace/trace.ts";
import { ROLE_SIDE } from "../../charts/texts.ts";
import { LAYER_OR_EMBEDDING, ROLE } from "../../study/columns.ts";
import { controlOption } from "../../study/controls/control.ts";
import { PASSES } from "../../study/effects/ranked.ts";
import { Effects } from "../../study/effects/effects.ts";
import { experiment, type ScoredMeasurement } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";

/**
 * The Shapley values of a game (Shapley 1953). They sum to the value of all players minus that of none, players that always add the same
 * have the same value, a player that adds nothing has 0, and the values of a sum of games are the sums of their values.
 *
 * @param players The number of players.
 * @param valueOf The value of a coalition; player i is in it if bit i is set.
 * @returns One value per player.
 */
export function shapleyValues(
  players: number,
  valueOf: (coalition: number) => number,
): number[] {
  const coalitions = 2 ** players;
  const values = Array.from({ length: coalitions }, (_, coalition) => valueOf(coalition));
  const shareOf = orderShares(players);
  return Array.from({ length: players }, (_, player) => {
    const bit = 1 << player;
    let sum = 0;
    for (let coalition = 0; coalition < coalitions; coalition++) {
      if ((coalition & bit) !== 0) continue;
      sum += shareOf[sizeOf(coalition)]! * (values[coalition | bit]! - values[coalition]!);
    }
    return sum;
  });
}

/** By size, the share of orders in which exactly the players of a coalition come before a given one: k! (n - k - 1)! / n!. */
function orderShares(players: number): number[] {
  const shares = [1 / players];
  for (let size = 1; size < players; size++) {
    shares.push(shares[size - 1]! * size / (players - size));
  }
  return shares;
}

function sizeOf(coalition: number): number {
  let size = 0;
  for (let left = coalition; left > 0; left >>= 1) size += left & 1;
  return size;
}

/** What is measured for a row; JSON keeps it unchanged. */
export interface MeasuredShares {
  /** The roles among which d is shared, in the order of the sentence. */
  readonly roles: readonly Role[];
  /** Their shares in logits, layer by layer from 0, in the order of the roles; those of a layer sum to d. */
  readonly shares: readonly number[];
}

/**
 * Measures the shares of every row at every layer. Each distinct sentence pair runs once. What the method fixes is exact: the embeddings'
 * share is all the negator's, and that after the last block all the end token's. Kept of a row is S of its coalitions' runs, in the order
 * layer, coalition.
 */
export async function measureShares(
  text: TextTower,
  rows: readonly ScoredPair[],
  { images, kept, progress }: Pick<PairedRuns, "images" | "kept" | "progress">,
): Promise<MeasuredShares[]> {
  const { layers } = text.tower.shape;
  await text.tower.prepare(patchedHooks(layers));
  const scored = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: (pair) => (layers - 1) * coalitionsOf(playersOf(pair)).length,
    run: (pairs) => runChanges(text, coalitionGroups(pairs, layers)),
  });
  return rows.map(({ scores, aligned }, row) => {
    const { roles } = playersOf(aligned);
    return { roles, shares: sharesOf(scores, scored[row]!, { players: roles.length, layers }) };
  });
}

function sharesOf(
  { negation, s_caption, s_foil, d }: EvaluateRow,
  scored: readonly number[],
  { players, layers }: { readonly players: number; readonly layers: number },
): number[] {
  const sign = signOf(negation);
  const [negated, affirmative] = sign === 1 ? [s_caption, s_foil] : [s_foil, s_caption];
  const all = 2 ** players - 1;
  const only = (owner: number) =>
    Array.from({ length: players }, (_, player) => player === owner ? d : 0);
  const between = Array.from(
    { length: layers - 1 },
    (_, i) =>
      shapleyValues(players, (coalition) => {
        if (coalition === 0) return affirmative;
        return coalition === all ? negated : scored[i * (all - 1) + coalition - 1]!;
      }).map((value) => sign * value + 0),
  ); // + 0: JSON does not keep -0
  return [only(0), ...between, only(players - 1)].flat();
}

/**
 * Finds the players of a minimal pair, by their roles in the order of the sentence, and the player of each position from the negator on.
 * Positions before it are equal in both runs, so that they belong to none.
 */
export function playersOf({ roles, negator }: Pick<AlignedPair, "roles" | "negator">) {
  const later = roles.slice(negator);
  const players = [...new Set(later)];
  return { roles: players, of: later.map((role) => players.indexOf(role)) };
}

/** The coalitions that need a run, at a layer between the first and the last: all but the empty one and that of all players. */
function coalitionsOf({ roles }: Pick<AlignedPair, "roles">): number[] {
  return Array.from({ length: 2 ** roles.length - 2 }, (_, i) => i + 1);
}

/** The hook points of the residual streams that are patched: those after every block but the last. */
function patchedHooks(layers: number): string[] {
  return Array.from({ length: layers - 1 }, (_, i) => siteHook("resid", i + 1));
}

/**
 * The runs of every coalition at every layer between the first and the last. Returns for each pair its runs in the order layer, coalition.
 */
function coalitionGroups(pairs: readonly AlignedPair[], layers: number): RunGroup[] {
  return pairGroups(
    pairs,
    (pair) => {
      const players = playersOf(pair);
      const positionsOf = (coalition: number) =>
        players.of.flatMap((player, i) =>
          (coalition >> player & 1) === 1 ? [pair.negator + i] : []
        );
      return patchedHooks(layers).flatMap((hook) =>
        coalitionsOf(players).map((coalition): ChangedRun => ({
          of: "affirmative",
          changes: [patch(hook, { position: positionsOf(coalition), from: "negated" })],
        }))
      );
    },
    (pair) => `${pair.negator} ${playersOf(pair).of}`,
  );
}

/** The shares of roles by layer. */
export const SHARES = new Effects({
  name: "shares",
  title: "Shapley values of roles in the residual stream",
  effect:
    "what the negated sentence's residual stream at a role's tokens adds to d when it is put into the affirmative one after a block (layer 0: embeddings), averaged over all orders in which the roles can be patched",
  unit: "role",
  about:
    "The effects of a row and layer sum to its d. The method fixes that all is the negator's at layer 0, and all the end token's at the last.",
  keys: { layer: LAYER_OR_EMBEDDING, role: ROLE },
  without: 0,
  said: { joinsLayers: true, does: PASSES },
  isApart: ({ layer }, last) => layer === 0 || layer === last,
  map: {
    asks: 'Where "no" is in MODEL',
    subtitle:
      "Shapley values of roles in the residual stream; layer 0: embeddings; the shares of a layer sum to 1",
    y: ROLE_SIDE,
    most: 1, // all of d, so that one outlier does not bleach all other cells
  },
});

/** The lines of all roles at all layers. */
function linesOf(rows: readonly ScoredMeasurement<MeasuredShares>[]) {
  const roles = ROLES.filter((role) => rows.some(({ measured }) => measured.roles.includes(role)));
  return rows.map(({ scores, measured }) => ({
    scores,
    count: measured.shares.length / measured.roles.length * roles.length,
    line: (place: number) => {
      const [layer, role] = [Math.floor(place / roles.length), roles[place % roles.length]!];
      const own = measured.roles.indexOf(role);
      const effect = own < 0 ? undefined : measured.shares[layer * measured.roles.length + own]!;
      return { layer, role, effect };
    },
  }));
}

export const shares = experiment({
  name: "shares",
  summary:
    "how much of the score difference each role holds at each layer, in shares that sum to it",
  does:
    "patches the residual stream at every combination of roles from the negator on, and gives each role its Shapley share of d, layer by layer.",
  minimalPairs: true,
  options: { control: controlOption() },
  hooks: (_, layers) => patchedHooks(layers),
  measure: async (study, _, { kept, progress }) => {
    const { rows, images } = await study.scoredRows();
    return await measureShares(study.text, rows, { images, kept, progress });
  },
  engines: ({ text, rows }) => {
    const pairs = rows.map(({ aligned }) => aligned);
    return engineNames(text, coalitionGroups(pairs, text.tower.shape.layers));
  },
  ...SHARES.experiment((rows: readonly ScoredMeasurement<MeasuredShares>[]) => [linesOf(rows)]),
  words: words(
    "share (shares)",
    "specific",
    "layers (shares)",
    "at (shares)",
    "rows",
    "simultaneous",
    "EOT",
    "fast engine",
  ),
});
