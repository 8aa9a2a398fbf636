/** Some of the rows: a sample in which both negated sides have their share, and the rows of a shard. */

import type { Negation, Pair } from "../../data/pairs.ts";
import { seededRandom } from "../../stats/random.ts";
import type { Shard } from "../choice/study_options.ts";

/**
 * Draws rows, with each negated side in proportion to its number of rows, and at least one of each side if there is room. A larger sample
 * with the same seed holds every row of a smaller one.
 *
 * @param limit The size of the sample. @default {all rows}
 * @returns The drawn rows in the order of the file.
 */
export function sampleRows(
  rows: readonly Pair[],
  limit: number | undefined,
  seed: number,
): readonly Pair[] {
  if (limit === undefined || limit >= rows.length) return rows;
  const places = (side: Negation) => [...rows.keys()].filter((i) => rows[i]!.negation === side);
  const [captions, foils] = [places("caption"), places("foil")];
  const random = seededRandom(seed);
  const share = Math.round(limit * captions.length / rows.length);
  const least = limit > 1 && captions.length > 0 ? 1 : 0;
  const most = limit > 1 && foils.length > 0 ? limit - 1 : limit;
  const count = Math.min(Math.max(share, least), most);
  const drawn = new Set([
    ...random.shuffle(captions).slice(0, count),
    ...random.shuffle(foils).slice(0, limit - count),
  ]);
  return rows.filter((_, i) => drawn.has(i));
}

/**
 * The rows of a shard: row i is in shard i mod N + 1.
 *
 * @param shard Which shard. @default {the whole run}
 */
export function rowsOfShard(rows: readonly Pair[], shard: Shard | undefined): readonly Pair[] {
  if (shard === undefined) return rows;
  return rows.filter((_, row) => row % shard.n === shard.k - 1);
}
