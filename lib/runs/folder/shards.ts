/** Reads the shards of a run, and checks that they make up the whole run. */

import { type Manifest, notAsWritten, readFinished } from "../../files/manifest.ts";
import { NegscopeError, unreadableFile } from "../../errors.ts";
import type { MeasuredRow } from "../../study/experiment/experiment.ts";
import { identityDifference, type RunIdentity } from "./identity_difference.ts";
import { linesOf } from "../../files/read_file.ts";
import { sha256IfFile } from "../../files/sha256.ts";

export interface Shard {
  readonly folder: string;
  /** Its number, from 1. */
  readonly k: number;
  readonly n: number;
  readonly manifest: Manifest;
}

export async function readShards(
  folders: readonly string[],
  versions: RunIdentity["versions"],
): Promise<Shard[]> {
  const shards: Shard[] = [];
  for (const folder of folders) shards.push(await readShard(folder));
  const [first] = shards as [Shard, ...Shard[]];
  for (const shard of shards) {
    const { folder, k, n, manifest } = shard;
    if (n !== first.n) {
      throw new NegscopeError("shards-differ", {
        problem: `Cannot merge "${folder}" with "${first.folder}"`,
        reason: `it is shard ${k}/${n}, that is ${first.k}/${first.n}`,
        expected: "shards of one N",
      });
    }
    const difference = identityDifference(comparable(first.manifest), comparable(manifest));
    if (difference !== undefined) {
      const { called, there, here } = difference;
      throw new NegscopeError("shards-differ", {
        problem: `Cannot merge "${folder}" with "${first.folder}"`,
        reason: `they are of different runs, its ${called} is ${here}, that one's is ${there}`,
        fix: "run the shard again as the others",
      });
    }
    const twin = shards.find((other) => other !== shard && other.k === k);
    if (twin !== undefined) {
      throw new NegscopeError("shards-differ", {
        problem: `Cannot merge shard ${k}/${n} twice`,
        subject: folder,
        reason: folder === twin.folder
          ? `"${folder}" is named twice`
          : `"${folder}" and "${twin.folder}" both hold it`,
        fix: "name each shard once",
      });
    }
  }
  const other = identityDifference(first.manifest, { ...first.manifest, versions });
  if (other !== undefined) {
    throw new NegscopeError("shard-version-differs", {
      problem: `Cannot merge "${first.folder}"`,
      reason: `its ${other.called} is ${other.there}, this one's is ${other.here}`,
      fix: "merge with the version that made the shards, or run them again",
    });
  }
  const missing = Array.from({ length: first.n }, (_, i) => i + 1)
    .filter((k) => shards.every((shard) => shard.k !== k))
    .map((k) => `${k}/${first.n}`);
  if (missing.length === 0) return shards.toSorted((a, b) => a.k - b.k);
  const more = missing.length > 8 ? ` and ${missing.length - 8} more` : "";
  throw new NegscopeError("shards-differ", {
    problem: `Cannot merge without shard ${missing.slice(0, 8).join(", ")}${more}`,
    subject: missing[0],
    expected: "every shard of the run",
    fix: `run the same command with --shard ${missing[0]} and name its folder too`,
  });
}

export function wholeIdentity({ manifest }: Shard): RunIdentity {
  const { command, options: { shard: _, ...options }, versions, sources, code } = manifest;
  return { command, options, versions, sources, ...(code === undefined ? {} : { code }) };
}

/** The rows of all shards in the order of the data: `--shard K/N` takes every N-th row from the K-th. */
export function interleave<Row>(shards: readonly (readonly Row[])[]): Row[] {
  const total = shards.reduce((sum, { length }) => sum + length, 0);
  return Array.from({ length: total }, (_, i) => {
    return shards[i % shards.length]![Math.floor(i / shards.length)]!;
  });
}

/** What a shard leaves for merging: everything that was measured, one line of JSON for each row of the data. */
export function* shardLines(rows: readonly MeasuredRow<unknown>[]): Generator<string> {
  for (const row of rows) {
    const loss = lossIn(row, "");
    if (loss !== undefined) {
      throw new NegscopeError("measured-wrong", {
        problem: `Cannot keep row "${row.pair.id}" for merging`,
        subject: row.pair.id,
        reason: `its ${loss}`,
        expected: "what JSON holds unchanged: finite numbers, texts, lists and plain objects",
      });
    }
    yield `${JSON.stringify(row)}\n`;
  }
}

/** The first part of a value that JSON would change, by path, and what it is; undefined if there is none. */
function lossIn(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (Number.isFinite(value)) return undefined;
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) {
    const kind = typeof value === "object" ? value?.constructor.name : String(value);
    return `${path} is ${kind}`;
  }
  for (const [key, inner] of isList ? value.entries() : Object.entries(value)) {
    if (inner === undefined && !isList) continue; // JSON leaves it out, and it is read as undefined
    const loss = lossIn(inner, path === "" ? `${key}` : `${path}.${key}`);
    if (loss !== undefined) return loss;
  }
  return undefined;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

export async function readShardRows(
  { folder, manifest: { rows: { kept }, checksums = {} } }: Shard,
  name: string,
): Promise<MeasuredRow<unknown>[]> {
  const path = `${folder}/${name}`;
  try {
    const sha256 = await sha256IfFile(path);
    if (sha256 !== undefined && sha256 !== checksums[name]) throw notAsWritten(path);
    const decoder = new TextDecoder();
    const rows = await Array.fromAsync(linesOf(path), (line) => JSON.parse(decoder.decode(line)));
    if (rows.length === kept) return rows;
    throw new Error(`expected ${kept} rows, found ${rows.length}`);
  } catch (cause) {
    if (cause instanceof NegscopeError) throw cause;
    throw unreadableFile({
      doing: "read the rows of a shard from",
      path,
      cause,
      fix: "copy the shard's folder again, or repeat its run with --overwrite",
      code: "run-edited",
    });
  }
}

async function readShard(folder: string): Promise<Shard> {
  const manifest = await readFinished(folder);
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(String(manifest.options?.["shard"])) ?? [];
  if (k === undefined) throw wholeRun(folder);
  return { folder, k: Number(k), n: Number(n), manifest };
}

export function wholeRun(folder: string): NegscopeError {
  return new NegscopeError("shards-differ", {
    problem: `Cannot merge "${folder}"`,
    reason: "it holds a whole run",
    expected: "the folders of runs with --shard K/N",
  });
}

function comparable({ options: { shard: _, ...options }, ...manifest }: Manifest): RunIdentity {
  return { ...manifest, options };
}
