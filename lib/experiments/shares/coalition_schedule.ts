/**
 * The runs of all coalitions with the least arithmetic: which vectors must be computed, and what each of them attends to.
 *
 * A run patched at the positions of a coalition depends, at position q, only on the layer, on the tokens up to q and on which
 * positions up to q are patched. So the coalitions of a pair share rows as the branches of a tree do: while no position from the
 * negator on is patched, a run equals the affirmative one, and while all are, the negated one. All layers have the same vectors, one
 * set of rows for each layer, and pairs that begin alike share rows too.
 */

import {
  type BaseRow,
  type Draft,
  drafting,
  draftUnpatched,
  numberRows,
  type RowSchedule,
  type SchedulePair,
} from "../sweep/fast/schedule.ts";
import { isIn, type Players } from "./players.ts";

/** A pair with the players of its coalitions. */
export interface CoalitionPair extends SchedulePair {
  readonly players: Players;
  /** The coalitions to run. */
  readonly coalitions: readonly number[];
}

/** The run patched at the positions of a coalition, at any layer. */
export interface PatchedCoalition {
  /** The pair's index. */
  readonly pair: number;
  readonly coalition: number;
  /** Its rows: a number below the count of base rows is a base row, any other a row of the set. */
  readonly rows: readonly number[];
}

/** What the runs of coalitions compute; a row starts with the negated run's values where it is patched, and else with the affirmative's. */
export interface CoalitionSchedule extends RowSchedule {
  /** The rows of both unpatched runs. */
  readonly base: readonly BaseRow[];
  /** All runs, in the order of pairs and coalitions. */
  readonly runs: readonly PatchedCoalition[];
}

/**
 * Makes the schedule for some pairs.
 *
 * @param pairs The pairs.
 */
export function scheduleCoalitions(pairs: readonly CoalitionPair[]): CoalitionSchedule {
  const draft = drafting();
  const { base: baseDrafts, baseRows, keys: unpatched } = draftUnpatched(pairs, draft);
  const starts = new Map<string, string>();
  const drafts: Draft[] = [];
  const runs = pairs.flatMap(({ negator, players, coalitions }, pair) => {
    const { plain, changed } = unpatched[pair]!;
    return coalitions.map((coalition) => {
      let patched = ""; // of the positions from the negator on, up to q
      const keys = plain.map((own, q) => {
        if (q < negator) return own;
        const isPatched = isIn(coalition, players.of[q - negator]!);
        patched += isPatched ? "1" : "0";
        if (!patched.includes("1")) return own;
        if (!patched.includes("0")) return changed[q]!;
        const key = `${patched} ${changed[q]} ${own}`;
        starts.set(key, isPatched ? changed[q]! : own);
        return key;
      });
      draft(drafts, keys);
      return { pair, coalition, keys };
    });
  });
  const { base, set, rowsOf, ...sequences } = numberRows(baseDrafts, drafts);
  return {
    ...sequences,
    base: base.map((key) => baseRows.get(key)!),
    starts: rowsOf(set.map((key) => starts.get(key)!)),
    runs: runs.map(({ pair, coalition, keys }) => ({ pair, coalition, rows: rowsOf(keys) })),
  };
}

/**
 * The number of rows of a pair's set up to a length, if none are shared: at each position 2^k - 2, where k players have come up to it.
 *
 * @param players The pair's players.
 * @param later The number of positions from the negator on.
 */
export function coalitionRows({ of }: Pick<Players, "of">, later: number): number {
  let [rows, known] = [0, 0];
  for (const player of of.slice(0, Math.max(0, later))) {
    known = Math.max(known, player + 1);
    rows += 2 ** known - 2;
  }
  return rows;
}
