/** The record of a run: what it read, what it was told, what it took. */

import type { Json } from "./json.ts";
import type { Sources } from "./sources.ts";
import { writeWhole } from "./write_whole.ts";

/** Rows that were read but not used, for one reason. */
export interface DroppedRows {
  /** Why, e.g. `fewer than 2 of 3 annotators agreed with the caption`. */
  readonly reason: string;
  /** How many. */
  readonly n: number;
}

/** A tower's sizes. */
export interface ModelSizes {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Size of an embedding. */
  readonly projection: number;
}

/** A shard that a run was merged from. */
export interface ShardRecord {
  /** Which, as `--shard` has it. */
  readonly shard: string;
  /** When it began, as ISO 8601 in UTC. */
  readonly start: string;
  /** Seconds by phase. */
  readonly seconds: { readonly [phase: string]: number };
}

/** Everything that is needed to repeat a run. */
export interface Manifest {
  /** The task's name, e.g. `trace`. */
  readonly command: string;
  /** Every option with its value, defaults too. */
  readonly options: { readonly [option: string]: Json };
  /** What all chance follows from. */
  readonly seed: number;
  /** Its name and its towers' sizes; absent where a task reads no model. */
  readonly model?: { readonly name: string; readonly text: ModelSizes; readonly image: ModelSizes };
  /** Releases of the kit, of Deno and of ONNX Runtime. */
  readonly versions: { readonly kit: string; readonly deno: string; readonly onnxruntime: string };
  /** The files that decide its numbers. */
  readonly sources: Sources;
  /** Rows of the data file, those that the run used, and why the others were left out. */
  readonly rows: {
    readonly read: number;
    readonly kept: number;
    readonly dropped: readonly DroppedRows[];
  };
  /** How many rows each engine measured, of an experiment with a choice of engines. */
  readonly engines?: { readonly [engine: string]: number };
  /** The names of the files that the run wrote, in the order of writing; report.html, which is made of them, and this file aside. */
  readonly files: readonly string[];
  /** Of a run that was merged: when its shards began and what they took. */
  readonly shards?: readonly ShardRecord[];
  /** Whether all files are written. */
  readonly finished: boolean;
  /** When the run began, as ISO 8601 in UTC. */
  readonly start: string;
  /** Seconds by phase: `load`, `images`, `evaluate`, `trace`, … */
  readonly seconds: { readonly [phase: string]: number };
}

/**
 * Writes a run's manifest as indented JSON, whole or not at all.
 *
 * @param path Where, usually `manifest.json` in the run's folder.
 * @param manifest The record.
 * @throws {NegscopeError} If the file cannot be written.
 */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await writeWhole(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
