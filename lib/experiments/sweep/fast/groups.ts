/** Which pairs the fast schedule takes, and which of them run together. */

import type { Cell, Site } from "../trace_cells.ts";
import { headRowsOfPair } from "./head_schedule.ts";
import { rowsOfPair, type SchedulePair } from "./schedule.ts";
import type { SweepPair } from "../general_sweep.ts";

/** Rows of the groups that run side by side, of the unpatched runs and all sets; each group may end a pair late. */
const GROUP_ROWS = 16_384;

/** Sites that the fast schedule can be used at. */
export type FastSite = "resid" | "z";

/** Whether the fast schedule can be used at a site. */
export function isFastSite(site: Site): site is FastSite {
  return site === "resid" || site === "z";
}

/**
 * Whether a pair's cells can be swept so: both sentences have one length, differ at one position, end in the token that
 * becomes the embedding, and every cell to run stands from that position on, a residual vector between the first and the last block or a
 * head's output, in the last block at the end token.
 *
 * @param pair The pair with its cells.
 * @param options The number of blocks, and where the cells stand.
 */
export function fitsFastSweep(
  { pair, cells }: SweepPair,
  { layers, site }: { readonly layers: number; readonly site: FastSite },
): boolean {
  const { negated, affirmative, negator } = pair;
  const last = affirmative.ids.length - 1;
  const aligned = negated.ids.length === affirmative.ids.length && negator < last &&
    negated.ids.every((id, i) => (id === affirmative.ids[i]) !== (i === negator));
  const fits = ({ layer, head, position, target }: Cell) =>
    layer > 0 && position >= negator && target === position &&
    (site === "z"
      ? head !== undefined && (layer < layers || position === last)
      : head === undefined && layer < layers);
  return aligned && negated.pooled === last && affirmative.pooled === last &&
    cells.filter(({ kind }) => kind === "run").every(fits);
}

/** Pairs that run together. */
export interface PairGroup {
  readonly members: readonly number[];
  /** Rows of the unpatched runs and of all sets, but for those that another group has. */
  readonly rows: number;
}

/**
 * Groups of pairs that begin alike, as many for each stream, of nearly one size.
 *
 * @param pairs The pairs with their cells; those without a cell to run are in no group.
 * @param options The tower's sizes, the number of streams that groups are shared among, and where the cells stand.
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
 * Groups of sentence pairs that begin alike, as many for each stream, of nearly one size.
 *
 * @param pairs The pairs.
 * @param options Which of them to group, the number of rows of the first `length` positions, and the number of streams.
 */
export function groupAlike(
  pairs: readonly SchedulePair[],
  { indices, rowsUpTo, streams }: {
    readonly indices: readonly number[];
    readonly rowsUpTo: (length: number, negator: number) => number;
    readonly streams: number;
  },
): PairGroup[] {
  const key = pairs.map(({ negator, affirmative, negated }) =>
    `${negator} ${affirmative} ${negated}`
  );
  const order = indices.toSorted((a, b) => key[a]! < key[b]! ? -1 : key[a]! > key[b]! ? 1 : a - b);
  const sizes = order.map((index, i) => {
    const own = pairs[index]!;
    const shared = i === 0 ? 0 : alikeUpTo(own, pairs[order[i - 1]!]!);
    return rowsUpTo(own.affirmative.length, own.negator) - rowsUpTo(shared, own.negator);
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const count = Math.ceil(total / GROUP_ROWS) * streams;
  const groups = Array.from({ length: count }, () => ({ members: [] as number[], rows: 0 }));
  let before = 0;
  order.forEach((index, i) => {
    const middle = (before + sizes[i]! / 2) / total;
    const group = groups[Math.min(Math.floor(middle * count), count - 1)]!; // a pair that comes again has size 0
    group.members.push(index);
    group.rows += sizes[i]!;
    before += sizes[i]!;
  });
  return groups.filter(({ members }) => members.length > 0);
}

/** The number of positions up to which nothing tells two pairs apart. */
function alikeUpTo(a: SchedulePair, b: SchedulePair): number {
  if (a.negator !== b.negator) return 0;
  const first = a.affirmative.findIndex((id, i) =>
    id !== b.affirmative[i] || a.negated[i] !== b.negated[i]
  );
  return first === -1 ? a.affirmative.length : first;
}

/** A pair as the schedule sees it. */
export function schedulePair({ pair }: Pick<SweepPair, "pair">): SchedulePair {
  const { negated, affirmative, negator } = pair;
  return { negated: negated.ids, affirmative: affirmative.ids, negator };
}
