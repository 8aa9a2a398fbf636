/** Which pairs the fast schedule accepts, and which of them run together. */

import { isMinimalPair } from "../../../subject/rows/minimal_pairs.ts";
import type { Cell, Site } from "../trace_cells.ts";
import { headRowsOfPair } from "./head_schedule.ts";
import { rowsOfPair, type SchedulePair } from "./schedule.ts";
import type { SweepPair } from "../general_sweep.ts";

/** The most rows, of unpatched runs and all sets, in the groups that run side by side; each group may exceed its part by one pair. */
const GROUP_ROWS = 16_384;

/** The sites at which the fast schedule can be used. */
export type FastSite = "resid" | "z";

/** Whether the fast schedule can be used at a site. */
export function isFastSite(site: Site): site is FastSite {
  return site === "resid" || site === "z";
}

/**
 * Whether the fast schedule can be used for a pair: both sentences have the same length, differ at one position and end in the
 * token that becomes the embedding, and the cells to run are at or after that position: residual vectors between the first and
 * the last block, or heads' outputs, in the last block only at the end token.
 *
 * @param pair The pair with its cells.
 * @param options The number of blocks, and the patched site.
 */
export function fitsFastSweep(
  { pair, cells }: SweepPair,
  { layers, site }: { readonly layers: number; readonly site: FastSite },
): boolean {
  const { affirmative, negator } = pair;
  const last = affirmative.ids.length - 1;
  const fits = ({ layer, head, position, target }: Cell) =>
    layer > 0 && position >= negator && target === position &&
    (site === "z"
      ? head !== undefined && (layer < layers || position === last)
      : head === undefined && layer < layers);
  return isMinimalPair(pair) &&
    cells.filter(({ kind }) => kind === "run").every(fits);
}

/** Pairs that run together. */
export interface PairGroup {
  readonly members: readonly number[];
  /** Rows of the unpatched runs and of all sets, without those that another group has. */
  readonly rows: number;
}

/**
 * Groups pairs that begin alike; every stream has equally many groups, of nearly equal size.
 *
 * @param pairs The pairs with their cells; pairs without a cell to run are in no group.
 * @param options The tower's sizes, the number of streams among which groups are divided, and the patched site.
 */
export function groupPairs(
  pairs: readonly SweepPair[],
  { layers, heads, streams, site }: {
    readonly layers: number;
    readonly heads: number;
    readonly streams: number;
    readonly site: FastSite;
  },
): PairGroup[] {
  const indices = [...pairs.keys()].filter((index) =>
    pairs[index]!.cells.some(({ kind }) => kind === "run")
  );
  const rowsUpTo = (length: number, negator: number) =>
    2 * length +
    (site === "z"
      ? layers * headRowsOfPair({ length, negator, heads })
      : (layers - 1) * rowsOfPair({ length, negator }));
  return groupAlike(pairs.map(schedulePair), { indices, rowsUpTo, streams });
}

/**
 * Groups sentence pairs that begin alike; every stream has equally many groups, of nearly equal size.
 *
 * @param pairs The pairs.
 * @param options Which pairs to group, a function for the number of rows of the first `length` positions of a pair, the number
 * of streams, and the most rows in the groups that run side by side.
 */
export function groupAlike(
  pairs: readonly SchedulePair[],
  { indices, rowsUpTo, streams, most = GROUP_ROWS }: {
    readonly indices: readonly number[];
    readonly rowsUpTo: (length: number, negator: number, index: number) => number;
    readonly streams: number;
    readonly most?: number;
  },
): PairGroup[] {
  const key = pairs.map(({ negator, affirmative, negated }) =>
    `${negator} ${affirmative} ${negated}`
  );
  const order = indices.toSorted((a, b) => key[a]! < key[b]! ? -1 : key[a]! > key[b]! ? 1 : a - b);
  const sizes = order.map((index, i) => {
    const own = pairs[index]!;
    const shared = i === 0 ? 0 : alikeUpTo(own, pairs[order[i - 1]!]!);
    const { affirmative: { length }, negator } = own;
    return rowsUpTo(length, negator, index) - rowsUpTo(shared, negator, index);
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const count = Math.ceil(total / most) * streams;
  const groups = Array.from({ length: count }, () => ({ members: [] as number[], rows: 0 }));
  let before = 0;
  order.forEach((index, i) => {
    const middle = (before + sizes[i]! / 2) / total;
    const group = groups[Math.min(Math.floor(middle * count), count - 1)]!; // a repeated pair has size 0
    group.members.push(index);
    group.rows += sizes[i]!;
    before += sizes[i]!;
  });
  return groups.filter(({ members }) => members.length > 0);
}

/** The number of positions up to which two pairs are equal. */
function alikeUpTo(a: SchedulePair, b: SchedulePair): number {
  if (a.negator !== b.negator) return 0;
  const first = a.affirmative.findIndex((id, i) =>
    id !== b.affirmative[i] || a.negated[i] !== b.negated[i]
  );
  return first === -1 ? a.affirmative.length : first;
}

/** A pair in the form that the schedule reads. */
export function schedulePair({ pair }: Pick<SweepPair, "pair">): SchedulePair {
  const { negated, affirmative, negator } = pair;
  return { negated: negated.ids, affirmative: affirmative.ids, negator };
}
