/** Which pairs the fast schedule takes, and which of them run together. */

import { rowsOfPair, type SchedulePair } from "./sweep_schedule.ts";
import type { SweepPair } from "./trace_sweep.ts";

/** Rows of a group at the most, of the unpatched runs and all sets; a single pair may have more. */
const GROUP_ROWS = 16_384;

/**
 * Whether a pair's cells can be swept so: both sentences have one length, differ at one position, end in the token that becomes the
 * embedding, and every cell to run is a residual vector between the first and the last block, from that position on.
 *
 * @param pair The pair with its cells.
 * @param layers The number of blocks.
 */
export function fitsFastSweep({ pair, cells }: SweepPair, layers: number): boolean {
  const { negated, affirmative, negator } = pair;
  const last = affirmative.ids.length - 1;
  const aligned = negated.ids.length === affirmative.ids.length && negator < last &&
    negated.ids.every((id, i) => (id === affirmative.ids[i]) !== (i === negator));
  return aligned && negated.pooled === last && affirmative.pooled === last &&
    cells.filter(({ kind }) => kind === "run").every(({ layer, head, position, target }) =>
      head === undefined && layer > 0 && layer < layers && position >= negator &&
      target === position
    );
}

/** Pairs that run together. */
export interface PairGroup {
  readonly members: readonly number[];
  /** Rows of the unpatched runs and of all sets, at the most. */
  readonly rows: number;
  /** Rows of the unpatched runs and of one set, at the most. */
  readonly baseAndSet: number;
}

/** Groups of pairs that begin alike, each within the rows of a group. */
export function groupPairs(
  pairs: readonly SweepPair[],
  { layers }: { readonly layers: number },
): PairGroup[] {
  const key = pairs.map(({ pair }) =>
    `${pair.negator} ${pair.affirmative.ids} ${pair.negated.ids}`
  );
  const order = [...pairs.keys()].filter((index) =>
    pairs[index]!.cells.some(({ kind }) => kind === "run")
  );
  order.sort((a, b) => key[a]! < key[b]! ? -1 : key[a]! > key[b]! ? 1 : a - b);
  const groups: { members: number[]; rows: number; baseAndSet: number }[] = [];
  for (const index of order) {
    const own = schedulePair(pairs[index]!);
    const [base, set] = [2 * own.affirmative.length, rowsOfPair(own)];
    const rows = base + (layers - 1) * set;
    const group = groups.at(-1);
    if (group === undefined || group.rows + rows > GROUP_ROWS) {
      groups.push({ members: [index], rows, baseAndSet: base + set });
    } else {
      group.members.push(index);
      group.rows += rows;
      group.baseAndSet += base + set;
    }
  }
  return groups;
}

/** A pair as the schedule sees it. */
export function schedulePair({ pair }: SweepPair): SchedulePair {
  const { negated, affirmative, negator } = pair;
  return { negated: negated.ids, affirmative: affirmative.ids, negator };
}
