/** Shards that do not make one run. */

import { firstLine } from "./describe.ts";

/** Where a shard stands among those of its run. */
interface ShardPlace {
  readonly folder: string;
  readonly k: number;
  readonly n: number;
}

/** A folder with a run that is no part of one. */
export function shardNotOne(folder: string): RangeError {
  return new RangeError(
    `Cannot merge "${folder}": it holds a whole run; expected the folders of runs with --shard K/N`,
  );
}

/** Shards of a run in different numbers of parts. */
export function shardOtherCount(shard: ShardPlace, first: ShardPlace): RangeError {
  return new RangeError(
    `Cannot merge "${shard.folder}" with "${first.folder}": it is shard ${shard.k}/${shard.n}, that is ${first.k}/${first.n}; expected shards of one N`,
  );
}

/** Shards of different runs. */
export function shardForeign(
  folder: string,
  first: string,
  { key, there, here }: { readonly key: string; readonly there: string; readonly here: string },
): RangeError {
  return new RangeError(
    `Cannot merge "${folder}" with "${first}": they are of different runs, its ${key} is ${here}, that one's is ${there}; run the shard again as the others`,
  );
}

/** A shard that is there twice. */
export function shardTwice(shard: string, [first, second]: readonly [string, string]): RangeError {
  const where = first === second
    ? `"${first}" is named twice`
    : `"${first}" and "${second}" both hold it`;
  return new RangeError(`Cannot merge shard ${shard} twice: ${where}; name each shard once`);
}

/** Shards that no folder holds. */
export function shardsMissing(missing: readonly string[]): RangeError {
  const which = missing.length > 8
    ? `${missing.slice(0, 8).join(", ")} and ${missing.length - 8} more`
    : missing.join(", ");
  return new RangeError(
    `Cannot merge without shard ${which}: expected every shard of the run; run the same command with --shard ${
      missing[0]
    } and name its folder too`,
  );
}

/** Shards of another release than the one that merges. */
export function shardOtherVersion(
  folder: string,
  { key, there, here }: { readonly key: string; readonly there: string; readonly here: string },
): RangeError {
  return new RangeError(
    `Cannot merge "${folder}": its ${key} is ${there}, this one's is ${here}; merge with the version that made the shards, or run them again`,
  );
}

/** A shard without its rows. */
export function shardRowsUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read the rows of a shard from "${path}": ${
      cause instanceof Deno.errors.NotFound ? "there is no such file" : firstLine(cause)
    }; copy the shard's folder again, or repeat its run with --overwrite`,
    { cause },
  );
}
