/** Shapley shares of d: what each role of the sentence holds of it, layer by layer. */

import type { Role } from "../../data/roles.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../study/embeddings/embed.ts";
import { signOf } from "../../study/effects/sign.ts";
import type { KeptRows } from "../../study/rows/kept_rows.ts";
import { oncePerPair } from "../../study/rows/once_per_group.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import { coalitionGroups, coalitionsOf, patchedHooks, playersOf } from "./coalitions.ts";
import { shapleyValues } from "./shapley.ts";

/** What is measured for a row; JSON keeps it unchanged. */
export interface MeasuredShares {
  /** The roles among which d is shared, in the order of the sentence. */
  readonly roles: readonly Role[];
  /** Their shares in logits, layer by layer from 0, in the order of the roles; those of a layer sum to d. */
  readonly shares: readonly number[];
}

export interface ShareOptions {
  readonly images: Embeddings;
  readonly progress?: Progress | undefined;
  /** Holds, by a row's id, S of its coalitions' runs, in the order layer, coalition; new values are added. */
  readonly kept?: KeptRows | undefined;
}

/**
 * Measures the shares of every row at every layer.
 *
 * Each distinct sentence pair runs once. What the method fixes is exact: the embeddings' share is all the negator's, and that after the
 * last block all the end token's. Returns the shares of each row, in the order of the rows.
 */
export async function measureShares(
  text: TextTower,
  rows: readonly ScoredPair[],
  { images, kept, progress }: ShareOptions,
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
