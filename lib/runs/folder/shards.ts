/** The shards of one run, read and checked to be all of it. */

import { readRunRecord } from "./run_record.ts";
import {
  shardForeign,
  shardNotOne,
  shardOtherCount,
  shardOtherVersion,
  shardRowsUnreadable,
  shardsMissing,
  shardTwice,
} from "../../errors.ts";
import { identityDifference, type RunIdentity } from "./identity_difference.ts";
import type { Manifest } from "../../files/manifest.ts";

/** Options that say where files are; what is in them, the checksums say. */
const PLACES = ["model", "onnx", "onnx-text", "onnx-vision", "data", "images"];

/** A finished shard of a run. */
export interface Shard {
  /** Its folder. */
  readonly folder: string;
  /** Its number, from 1. */
  readonly k: number;
  /** How many there are. */
  readonly n: number;
  /** Its record. */
  readonly manifest: Manifest;
}

/**
 * Reads the records of a run's shards.
 *
 * @param folders Their folders, in any order.
 * @param versions The releases that merge them.
 * @returns All shards of the run, in their order.
 * @throws {Error} If a folder holds no finished run.
 * @throws {RangeError} If one is no shard, or the shard of another run, or is missing or there twice.
 */
export async function readShards(
  folders: readonly string[],
  versions: RunIdentity["versions"],
): Promise<Shard[]> {
  const shards: Shard[] = [];
  for (const folder of folders) shards.push(await readShard(folder));
  const [first] = shards as [Shard, ...Shard[]];
  for (const shard of shards) {
    const { folder, k, n, manifest } = shard;
    if (n !== first.n) throw shardOtherCount(shard, first);
    const difference = identityDifference(comparable(first.manifest), comparable(manifest));
    if (difference !== undefined) throw shardForeign(folder, first.folder, difference);
    const twin = shards.find((other) => other !== shard && other.k === k);
    if (twin !== undefined) throw shardTwice(`${k}/${n}`, [shard.folder, twin.folder]);
  }
  const other = identityDifference(first.manifest, { ...first.manifest, versions });
  if (other !== undefined) throw shardOtherVersion(first.folder, other);
  const missing = Array.from({ length: first.n }, (_, i) => i + 1)
    .filter((k) => shards.every((shard) => shard.k !== k));
  if (missing.length > 0) throw shardsMissing(missing.map((k) => `${k}/${first.n}`));
  return shards.toSorted((a, b) => a.k - b.k);
}

/** What all shards of a run have in common. */
export function wholeIdentity({ manifest }: Shard): RunIdentity {
  const { command, options: { shard: _, ...options }, versions, sources } = manifest;
  return { command, options, versions, sources };
}

/**
 * The rows of all shards in the order of the data: `--shard K/N` takes every N-th row from the K-th.
 *
 * @param shards The rows of each shard, in the shards' order.
 */
export function interleave<Row>(shards: readonly (readonly Row[])[]): Row[] {
  const total = shards.reduce((sum, { length }) => sum + length, 0);
  return Array.from({ length: total }, (_, i) => {
    return shards[i % shards.length]![Math.floor(i / shards.length)]!;
  });
}

/**
 * What a shard measured of each of its rows.
 *
 * @param shard The shard.
 * @param name The file that it left for this.
 * @throws {SyntaxError} If the file is not there, cut short or changed.
 */
export async function readShardRows<Row>(
  { folder, manifest: { rows: { kept } } }: Shard,
  name: string,
): Promise<Row[]> {
  const path = `${folder}/${name}`;
  try {
    const lines = (await Deno.readTextFile(path)).split("\n").slice(0, -1);
    if (lines.length !== kept) throw new Error(`expected ${kept} rows, found ${lines.length}`);
    return lines.map((line) => JSON.parse(line));
  } catch (error) {
    throw shardRowsUnreadable(path, error);
  }
}

async function readShard(folder: string): Promise<Shard> {
  await readRunRecord(folder); // says what is wrong with a folder that is no finished run
  const manifest: Manifest = JSON.parse(await Deno.readTextFile(`${folder}/manifest.json`));
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(String(manifest.options?.["shard"])) ?? [];
  if (k === undefined) throw shardNotOne(folder);
  return { folder, k: Number(k), n: Number(n), manifest };
}

function comparable({ command, options, versions, sources }: Manifest): RunIdentity {
  const kept = Object.entries(options).filter(([name]) =>
    name !== "shard" && !PLACES.includes(name)
  );
  return { command, options: Object.fromEntries(kept), versions, sources };
}
